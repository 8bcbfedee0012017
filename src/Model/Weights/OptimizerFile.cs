using System.Globalization;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;

namespace Cppo.Model.Weights;

/// <summary>
/// An optimizer's state as one safetensors file, for every engine the same: a section, such as <c>mean</c>, has an array <c>mean.X</c> for
/// every Hugging Face parameter X, and the number of steps is in the metadata. All F32, so that a run goes on with the same bits.
/// </summary>
internal sealed class OptimizerFile : IDisposable
{
    private const string StepsKey = "steps";

    private readonly SafetensorsReader reader;
    private readonly IReadOnlyList<(string Name, long[] Shape)> expected;

    private OptimizerFile(SafetensorsReader reader, IReadOnlyList<(string Name, long[] Shape)> expected, long numSteps) =>
        (this.reader, this.expected, NumSteps) = (reader, expected, numSteps);

    /// <summary>The steps taken when it was written.</summary>
    internal long NumSteps { get; }

    /// <summary>Writes sections, each with the model's parameters.</summary>
    /// <exception cref="NonFiniteWeightsException">A number is not finite; nothing was written.</exception>
    internal static void Write(string path, IEnumerable<(string Section, IReadOnlyList<NamedArray> Arrays)> sections, long numSteps)
    {
        NamedArray[] arrays =
        [
            .. sections.SelectMany(section => section.Arrays.Select(array => array with { Name = $"{section.Section}.{array.Name}" })),
        ];
        foreach (var array in arrays)
        {
            FiniteNumbers.RequireToWrite(path, array, WeightType.F32);
        }

        SafetensorsWriter.Write(
            path,
            arrays,
            WeightType.F32,
            new Dictionary<string, string> { ["format"] = "pt", [StepsKey] = numSteps.ToString(CultureInfo.InvariantCulture) }
        );
    }

    /// <summary>Opens a file and checks that it has these sections of a model.</summary>
    /// <exception cref="ModelFileException">The file is missing, damaged or of another model.</exception>
    internal static OptimizerFile Open(string path, DecoderConfig config, IEnumerable<string> sections) =>
        Open(path, WeightMap.Expected(config), sections);

    /// <summary>The same for the parameters of an adapter, or any others.</summary>
    /// <exception cref="ModelFileException">The file is missing, damaged or of other parameters.</exception>
    internal static OptimizerFile Open(string path, IReadOnlyList<(string Name, long[] Shape)> expected, IEnumerable<string> sections)
    {
        var reader = SafetensorsReader.Open(path);
        try
        {
            long steps = Steps(path, reader);
            Check(path, reader, expected, sections);
            return new OptimizerFile(reader, expected, steps);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A section's arrays under the parameters' names, read one at a time, in the order in which they are expected.
    /// </summary>
    /// <exception cref="ModelFileException">A number is not finite.</exception>
    internal IEnumerable<NamedArray> Read(string section)
    {
        foreach (var (parameter, shape) in expected)
        {
            string name = $"{section}.{parameter}";
            float[] values = reader.ReadFloat32(name);
            FiniteNumbers.RequireRead(reader.Path, name, shape, values);
            yield return new NamedArray(parameter, shape, values);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => reader.Dispose();

    private static long Steps(string path, SafetensorsReader reader) =>
        reader.Metadata.TryGetValue(StepsKey, out string? text)
        && long.TryParse(text, CultureInfo.InvariantCulture, out long steps)
        && steps >= 0
            ? steps
            : throw new ModelFileException($"{path} is no optimizer file: its metadata has no number of steps.");

    private static void Check(
        string path,
        SafetensorsReader reader,
        IReadOnlyList<(string Name, long[] Shape)> expected,
        IEnumerable<string> sections
    )
    {
        foreach (string section in sections)
        {
            foreach (var (parameter, shape) in expected)
            {
                if (reader.Find($"{section}.{parameter}") is not { Type: WeightType.F32 } found || !found.Shape.SequenceEqual(shape))
                {
                    throw new ModelFileException(
                        $"{path} is of another model: '{section}.{parameter}' is missing or has another shape or type."
                    );
                }
            }
        }
    }
}
