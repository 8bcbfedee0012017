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
    /// <param name="path">Where to.</param>
    /// <param name="sections">By name.</param>
    /// <param name="numSteps">The steps taken.</param>
    /// <param name="areFinite">Whether all numbers are known to be finite, so that they need not be read twice.</param>
    internal static void Write(
        string path,
        IEnumerable<(string Section, IReadOnlyList<WeightStream> Tensors)> sections,
        long numSteps,
        bool areFinite = false
    )
    {
        WeightStream[] tensors =
        [
            .. sections.SelectMany(section => section.Tensors.Select(tensor => tensor with { Name = $"{section.Section}.{tensor.Name}" })),
        ];
        foreach (var tensor in areFinite ? [] : tensors)
        {
            FiniteNumbers.RequireToWrite(path, tensor, WeightType.F32);
        }

        SafetensorsWriter.Write(
            path,
            tensors,
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
    /// A section's tensors under the parameters' names, to be read piece by piece, in the order in which they are expected.
    /// </summary>
    /// <exception cref="ModelFileException">Reading finds a number that is not finite.</exception>
    internal IEnumerable<WeightStream> Read(string section) =>
        expected.Select(parameter =>
        {
            string name = $"{section}.{parameter.Name}";
            return new WeightStream(
                parameter.Name,
                parameter.Shape,
                (first, into) =>
                {
                    reader.ReadFloat32(name, first, into);
                    FiniteNumbers.RequireRead(reader.Path, name, parameter.Shape, into, first);
                }
            );
        });

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
