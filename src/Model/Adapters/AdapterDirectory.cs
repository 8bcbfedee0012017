using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Files;
using Cppo.Model.Weights;

namespace Cppo.Model.Adapters;

/// <summary>
/// An adapter's directory as PEFT lays it out: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>, whose header says, as far
/// as this program wrote it, which weights it was trained on.
/// </summary>
public sealed class AdapterDirectory
{
    /// <summary>The file by which a directory is known to be an adapter's.</summary>
    public const string ConfigFileName = "adapter_config.json";

    /// <summary>A and B of each module.</summary>
    public const string WeightsFileName = "adapter_model.safetensors";

    private const string PickledFileName = "adapter_model.bin";

    private AdapterDirectory(string path, AdapterSettings settings, AdapterBase baseModel) =>
        (Path, Settings, Base) = (path, settings, baseModel);

    /// <summary>The directory.</summary>
    public string Path { get; }

    /// <summary>Rank, alpha and modules.</summary>
    public AdapterSettings Settings { get; }

    /// <summary>The model that it belongs to; its path is empty where the adapter states none.</summary>
    public AdapterBase Base { get; }

    private string WeightsPath => System.IO.Path.Combine(Path, WeightsFileName);

    /// <summary>Whether a directory is an adapter's, whole or not.</summary>
    public static bool IsIn(string directory) => File.Exists(System.IO.Path.Combine(directory, ConfigFileName));

    /// <summary>Opens a directory; the arrays are not read yet.</summary>
    /// <exception cref="ModelFileException">A file is missing or damaged, or the adapter is of a kind that cannot be run.</exception>
    public static AdapterDirectory Open(string path)
    {
        var (settings, baseModel) = AdapterConfigFile.Read(System.IO.Path.Combine(path, ConfigFileName));
        string weights = System.IO.Path.Combine(path, WeightsFileName);
        if (!File.Exists(weights) && File.Exists(System.IO.Path.Combine(path, PickledFileName)))
        {
            throw new ModelFileException(
                $"'{path}' holds {PickledFileName} and no {WeightsFileName}; pickled weights are not read: save the adapter with PEFT's "
                    + "safe_serialization=True."
            );
        }

        using var reader = SafetensorsReader.Open(weights);
        return new AdapterDirectory(path, settings, AdapterBase.Of(baseModel, weights, reader.Metadata));
    }

    /// <summary>The directory of the base, with its config.json.</summary>
    /// <exception cref="ModelFileException">None is stated, or there is none.</exception>
    public string RequireBase()
    {
        string config = System.IO.Path.Combine(Path, ConfigFileName);
        if (Base.Path.Trim().Length == 0)
        {
            throw new ModelFileException(
                $"{config} states no base model; write the directory of the model that the adapter was trained on into its "
                    + "base_model_name_or_path."
            );
        }

        return File.Exists(System.IO.Path.Combine(Base.Path, HfConfigFile.FileName))
            ? Base.Path
            : throw new ModelFileException(
                $"{config} names the base model '{Excerpt.OfName(Base.Path)}', and there is no model in such a directory; put it there, or "
                    + "correct base_model_name_or_path."
            );
    }

    /// <summary>Reads the adapter of a base of some architecture.</summary>
    /// <param name="config">The base's.</param>
    /// <param name="baseModel">Where the base is; null: as the adapter says.</param>
    /// <exception cref="ModelFileException">Its arrays are missing, surplus, of other shapes, or not finite.</exception>
    public Adapter Read(DecoderConfig config, AdapterBase? baseModel = null)
    {
        using var reader = SafetensorsReader.Open(WeightsPath);
        var expected = new AdapterShape(config, Settings).Expected;
        Check(reader, expected);
        var arrays = new List<NamedArray>();
        foreach (var (name, shape) in expected)
        {
            float[] values = reader.ReadFloat32(name);
            FiniteNumbers.RequireRead(WeightsPath, name, shape, values);
            arrays.Add(new NamedArray(name, shape, values));
        }

        return new Adapter(Settings, baseModel ?? Base, arrays);
    }

    /// <summary>Writes an adapter, F32, into an existing directory.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="adapter">Says what the arrays are and what they belong to.</param>
    /// <param name="arrays">Its arrays of now.</param>
    /// <exception cref="NonFiniteWeightsException">A number is not finite; nothing was written.</exception>
    public static void Write(string path, Adapter adapter, IReadOnlyList<NamedArray> arrays)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        ArgumentNullException.ThrowIfNull(arrays);
        foreach (var array in arrays)
        {
            FiniteNumbers.RequireToWrite(path, WeightStream.Of(array), WeightType.F32);
        }

        SafetensorsWriter.Write(System.IO.Path.Combine(path, WeightsFileName), arrays, WeightType.F32, adapter.Base.ToMetadata());
        AdapterConfigFile.Write(System.IO.Path.Combine(path, ConfigFileName), adapter.Settings, adapter.Base.Path);
    }

    private void Check(SafetensorsReader reader, IReadOnlyList<(string Name, long[] Shape)> expected)
    {
        foreach (var (name, shape) in expected)
        {
            var found =
                reader.Find(name)
                ?? throw new ModelFileException(
                    $"{WeightsPath}: '{name}' is missing; {ConfigFileName} and the base '{Excerpt.OfName(Base.Path)}' ask for it."
                );
            if (!found.Shape.SequenceEqual(shape))
            {
                throw new ModelFileException(
                    $"{WeightsPath}: '{name}' has the shape [{string.Join(", ", found.Shape)}], but {ConfigFileName} and the base "
                        + $"'{Excerpt.OfName(Base.Path)}' imply [{string.Join(", ", shape)}]."
                );
            }

            if (found.Type == WeightType.I64)
            {
                throw new ModelFileException($"{WeightsPath}: '{name}' is I64; an adapter is F32, BF16 or F16.");
            }
        }

        var known = expected.Select(array => array.Name).ToHashSet();
        if (reader.Weights.FirstOrDefault(weight => !known.Contains(weight.Name)) is { } surplus)
        {
            throw new ModelFileException(
                $"{WeightsPath}: '{Excerpt.OfName(surplus.Name)}' is no array of an adapter with {Settings} on the base "
                    + $"'{Excerpt.OfName(Base.Path)}'."
            );
        }
    }
}
