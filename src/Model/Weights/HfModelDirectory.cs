using System.Text.Json.Nodes;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Files;

namespace Cppo.Model.Weights;

/// <summary>A Hugging Face model directory: <c>config.json</c> and weights in one safetensors file or in shards with an index.</summary>
public sealed class HfModelDirectory : IDisposable
{
    /// <summary>The weights' file where there are no shards.</summary>
    public const string SingleFileName = "model.safetensors";

    /// <summary>The shards' index.</summary>
    public const string IndexFileName = "model.safetensors.index.json";

    private readonly Dictionary<string, SafetensorsReader> byWeight = [];
    private readonly List<SafetensorsReader> readers = [];

    private HfModelDirectory(string path, DecoderConfig config) => (Path, Config) = (path, config);

    /// <summary>The directory.</summary>
    public string Path { get; }

    /// <summary>The architecture.</summary>
    public DecoderConfig Config { get; }

    /// <summary>Opens a directory and checks that it holds exactly the architecture's parameters.</summary>
    /// <exception cref="ModelFileException">Anything is missing, damaged, surplus or of another shape.</exception>
    public static HfModelDirectory Open(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new ModelFileException(
                $"There is no model directory '{path}'; model.path must name one with config.json and model.safetensors."
            );
        }

        var directory = new HfModelDirectory(path, HfConfigFile.Read(System.IO.Path.Combine(path, HfConfigFile.FileName)));
        try
        {
            directory.OpenWeights();
            directory.CheckWeights();
            return directory;
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Opens a directory whose model has as many token ids as the policy.</summary>
    /// <exception cref="ModelFileException">It has another number, or as <see cref="Open(string)"/>.</exception>
    internal static HfModelDirectory Open(string path, int vocabSize)
    {
        var model = Open(path);
        if (model.Config.VocabSize == vocabSize)
        {
            return model;
        }

        model.Dispose();
        throw new ModelFileException(
            $"'{path}' has a vocabulary of {model.Config.VocabSize}, the policy one of {vocabSize}; they must be the same."
        );
    }

    /// <summary>Reads one parameter as fp32.</summary>
    /// <exception cref="ModelFileException">A number of it is not finite.</exception>
    public NamedArray Read(string name)
    {
        var reader = byWeight[name];
        var array = new NamedArray(name, reader.Find(name)!.Shape, reader.ReadFloat32(name));
        FiniteNumbers.RequireRead(reader.Path, name, array.Shape, array.Values);
        return array;
    }

    /// <summary>Reads one parameter as fp32 into a span of its length.</summary>
    /// <exception cref="ModelFileException">As <see cref="Read"/>.</exception>
    public void ReadFloat32(string name, Span<float> destination)
    {
        var reader = byWeight[name];
        reader.ReadFloat32(name, destination);
        FiniteNumbers.RequireRead(reader.Path, name, reader.Find(name)!.Shape, destination);
    }

    /// <summary>All parameters in the order of <see cref="WeightMap.Expected"/>, to be read piece by piece while this is open.</summary>
    /// <exception cref="ModelFileException">Reading finds a number that is not finite.</exception>
    public IEnumerable<WeightStream> Streams() =>
        WeightMap
            .Expected(Config)
            .Select(expected => new WeightStream(expected.Name, expected.Shape, (first, into) => ReadFloat32(expected.Name, first, into)));

    /// <summary>Reads consecutive numbers of a parameter as fp32, from number <paramref name="first"/> on.</summary>
    /// <exception cref="ModelFileException">As <see cref="Read"/>.</exception>
    public void ReadFloat32(string name, long first, Span<float> destination)
    {
        var reader = byWeight[name];
        reader.ReadFloat32(name, first, destination);
        FiniteNumbers.RequireRead(reader.Path, name, reader.Find(name)!.Shape, destination, first);
    }

    /// <summary>The type in which a parameter is stored.</summary>
    public WeightType TypeOf(string name) => byWeight[name].Find(name)!.Type;

    /// <summary>All parameters in the order of <see cref="WeightMap.Expected"/>, one at a time.</summary>
    public IEnumerable<NamedArray> ReadAll() => WeightMap.Expected(Config).Select(expected => Read(expected.Name));

    /// <summary>
    /// Writes <c>config.json</c> and the weights, in shards of at most <paramref name="shardBytes"/> where they exceed it.
    /// </summary>
    public static void Write(
        string path,
        DecoderConfig config,
        IReadOnlyList<NamedArray> weights,
        WeightType type,
        long shardBytes = 4L << 30
    ) => Write(path, config, [.. weights.Select(WeightStream.Of)], type, shardBytes);

    /// <summary>The same of tensors that are read piece by piece.</summary>
    public static void Write(
        string path,
        DecoderConfig config,
        IReadOnlyList<WeightStream> weights,
        WeightType type,
        long shardBytes = 4L << 30
    )
    {
        DurableFiles.CreateDirectory(path);
        HfConfigFile.Write(System.IO.Path.Combine(path, HfConfigFile.FileName), config, type);
        WriteWeights(path, weights, type, shardBytes);
    }

    /// <summary>Writes the weights only, replacing those that are there.</summary>
    /// <exception cref="NonFiniteWeightsException">A weight is not finite; nothing was changed.</exception>
    public static void WriteWeights(string path, IReadOnlyList<NamedArray> weights, WeightType type, long shardBytes = 4L << 30) =>
        WriteWeights(path, [.. weights.Select(WeightStream.Of)], type, shardBytes);

    /// <summary>The same of tensors that are read piece by piece, twice.</summary>
    /// <exception cref="NonFiniteWeightsException">As above.</exception>
    public static void WriteWeights(string path, IReadOnlyList<WeightStream> weights, WeightType type, long shardBytes = 4L << 30)
    {
        foreach (var weight in weights)
        {
            FiniteNumbers.RequireToWrite(path, weight, type);
        }

        var shards = SplitIntoShards(weights, type, shardBytes);
        if (shards.Count == 1)
        {
            SafetensorsWriter.Write(System.IO.Path.Combine(path, SingleFileName), weights, type);
            DurableFiles.Delete(System.IO.Path.Combine(path, IndexFileName));
            return;
        }

        var map = new JsonObject();
        for (int i = 0; i < shards.Count; i++)
        {
            string name = $"model-{i + 1:D5}-of-{shards.Count:D5}.safetensors";
            SafetensorsWriter.Write(System.IO.Path.Combine(path, name), shards[i], type);
            foreach (var weight in shards[i])
            {
                map[weight.Name] = name;
            }
        }

        long total = weights.Sum(w => w.NumElements * type.Size());
        var index = new JsonObject
        {
            ["metadata"] = new JsonObject { ["total_size"] = total },
            ["weight_map"] = map,
        };
        AtomicFile.WriteJson(System.IO.Path.Combine(path, IndexFileName), index);
        DurableFiles.Delete(System.IO.Path.Combine(path, SingleFileName));
    }

    /// <inheritdoc/>
    public void Dispose() => readers.ForEach(reader => reader.Dispose());

    private static List<List<WeightStream>> SplitIntoShards(IReadOnlyList<WeightStream> weights, WeightType type, long shardBytes)
    {
        List<List<WeightStream>> shards =
        [
            [],
        ];
        long filled = 0;
        foreach (var weight in weights)
        {
            long bytes = weight.NumElements * type.Size();
            if (filled > 0 && filled + bytes > shardBytes)
            {
                shards.Add([]);
                filled = 0;
            }

            shards[^1].Add(weight);
            filled += bytes;
        }

        return shards;
    }

    private void OpenWeights()
    {
        string single = System.IO.Path.Combine(Path, SingleFileName),
            index = System.IO.Path.Combine(Path, IndexFileName);
        if (File.Exists(single))
        {
            var reader = Add(SafetensorsReader.Open(single));
            foreach (var weight in reader.Weights)
            {
                byWeight[weight.Name] = reader;
            }
        }
        else if (File.Exists(index))
        {
            OpenShards(index);
        }
        else
        {
            throw new ModelFileException(
                $"'{Path}' holds neither {SingleFileName} nor {IndexFileName}; pickled weights (.bin, .pt) are not read: convert them to "
                    + "safetensors."
            );
        }
    }

    private void OpenShards(string index)
    {
        var shards = new Dictionary<string, SafetensorsReader>();
        foreach (var (name, file) in ShardIndex.Read(index))
        {
            if (!shards.TryGetValue(file, out var reader))
            {
                reader = shards[file] = Add(SafetensorsReader.Open(System.IO.Path.Combine(Path, file)));
            }

            byWeight[name] = reader.Find(name) is not null
                ? reader
                : throw new ModelFileException($"{index} says that '{Excerpt.OfName(name)}' is in {file}, which does not hold it.");
        }
    }

    private SafetensorsReader Add(SafetensorsReader reader)
    {
        readers.Add(reader);
        return reader;
    }

    private void CheckWeights()
    {
        var expected = WeightMap.Expected(Config);
        foreach (var (name, shape) in expected)
        {
            var found =
                byWeight.GetValueOrDefault(name)?.Find(name)
                ?? throw new ModelFileException($"'{Path}': the parameter '{name}' is missing; {HfConfigFile.FileName} asks for it.");
            if (!found.Shape.SequenceEqual(shape))
            {
                throw new ModelFileException(
                    $"'{Path}': '{name}' has the shape [{string.Join(", ", found.Shape)}], but {HfConfigFile.FileName} implies "
                        + $"[{string.Join(", ", shape)}]."
                );
            }

            if (found.Type == WeightType.I64)
            {
                throw new ModelFileException($"'{Path}': '{name}' is I64; weights are F32, BF16 or F16.");
            }
        }

        // A tied model may carry a copy of its embedding as a head; every other surplus is a sign of another architecture.
        var known = expected.Select(e => e.Name).Append(WeightMap.Head).ToHashSet();
        if (byWeight.Keys.FirstOrDefault(name => !known.Contains(name)) is { } surplus)
        {
            throw new ModelFileException(
                $"'{Path}': the parameter '{Excerpt.OfName(surplus)}' belongs to no {Config.Family.ModelType} model of this "
                    + $"{HfConfigFile.FileName}."
            );
        }
    }
}
