using System.Globalization;
using System.Text.Json.Nodes;
using Cppo.Model.Engine;
using Cppo.Model.Files;

namespace Cppo.Model.Weights;

/// <summary>Writes the weights of a model directory into another one, some megabytes at a time, in a number type of one's choice.</summary>
public static class WeightsCopy
{
    private const int BufferLength = 1 << 20;

    /// <summary>One file, or shards with their index where the weights exceed <paramref name="shardBytes"/>.</summary>
    /// <param name="from">The weights.</param>
    /// <param name="to">An existing directory without weights.</param>
    /// <param name="type">What they are rounded to.</param>
    /// <param name="shardBytes">The most bytes of a shard, where no parameter is larger.</param>
    /// <param name="stop">Ends the work.</param>
    /// <exception cref="ModelFileException">A weight is no finite number, or would be none as this type.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> is set.</exception>
    public static void Write(
        HfModelDirectory from,
        string to,
        WeightType type,
        long shardBytes = 4L << 30,
        CancellationToken stop = default
    )
    {
        ArgumentNullException.ThrowIfNull(from);
        var shards = Shards(WeightMap.Expected(from.Config), type, shardBytes);
        if (shards.Count == 1)
        {
            WriteFile(from, Path.Combine(to, HfModelDirectory.SingleFileName), shards[0], type, stop);
            return;
        }

        var map = new JsonObject();
        for (int i = 0; i < shards.Count; i++)
        {
            string file = string.Create(CultureInfo.InvariantCulture, $"model-{i + 1:D5}-of-{shards.Count:D5}.safetensors");
            WriteFile(from, Path.Combine(to, file), shards[i], type, stop);
            foreach (var (name, _) in shards[i])
            {
                map[name] = file;
            }
        }

        long total = shards.Sum(shard => shard.Sum(tensor => Bytes(tensor.Shape, type)));
        AtomicFile.WriteJson(
            Path.Combine(to, HfModelDirectory.IndexFileName),
            new JsonObject
            {
                ["metadata"] = new JsonObject { ["total_size"] = total },
                ["weight_map"] = map,
            }
        );
    }

    private static List<List<(string Name, long[] Shape)>> Shards(
        IReadOnlyList<(string Name, long[] Shape)> tensors,
        WeightType type,
        long shardBytes
    )
    {
        List<List<(string Name, long[] Shape)>> shards =
        [
            [],
        ];
        long filled = 0;
        foreach (var tensor in tensors)
        {
            long bytes = Bytes(tensor.Shape, type);
            if (filled > 0 && filled + bytes > shardBytes)
            {
                shards.Add([]);
                filled = 0;
            }

            shards[^1].Add(tensor);
            filled += bytes;
        }

        return shards;
    }

    private static void WriteFile(
        HfModelDirectory from,
        string path,
        List<(string Name, long[] Shape)> tensors,
        WeightType type,
        CancellationToken stop
    )
    {
        float[] buffer = new float[BufferLength];
        AtomicFile.Write(
            path,
            stream =>
            {
                SafetensorsWriter.WriteHeader(stream, tensors, type);
                foreach (var (name, shape) in tensors)
                {
                    long numbers = Bytes(shape, type) / type.Size();
                    for (long done = 0; done < numbers; done += BufferLength)
                    {
                        stop.ThrowIfCancellationRequested();
                        var part = buffer.AsSpan(0, (int)Math.Min(BufferLength, numbers - done));
                        from.ReadFloat32(name, done, part);
                        RequireFits(from.Path, name, part, type);
                        SafetensorsWriter.WriteValues(stream, part, type);
                    }
                }
            }
        );
    }

    private static void RequireFits(string path, string name, ReadOnlySpan<float> part, WeightType type)
    {
        if (FiniteNumbers.FirstBad(part, type) is >= 0 and var bad)
        {
            string value = part[bad].ToString(CultureInfo.InvariantCulture);
            throw new ModelFileException($"{path}: '{name}' has {value}, which is too large for {type}; choose another type.");
        }
    }

    private static long Bytes(long[] shape, WeightType type) => shape.Aggregate((long)type.Size(), (product, size) => product * size);
}
