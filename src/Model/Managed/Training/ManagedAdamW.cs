using System.Globalization;
using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Parameters;
using Cppo.Model.Managed.Threads;
using Cppo.Model.Weights;

namespace Cppo.Model.Managed.Training;

/// <summary>AdamW on the flat weights, and its state as a file.</summary>
internal sealed unsafe class ManagedAdamW(ParameterLayout layout) : IDisposable
{
    private const string StepsKey = "steps";
    private const int ParametersPerTask = 1 << 15;

    private readonly ParameterArray mean = new(layout);
    private readonly ParameterArray square = new(layout);

    /// <summary>The steps taken so far.</summary>
    internal long NumSteps { get; private set; }

    /// <summary>The L2 norm of all gradients; summed in parts that do not depend on the number of threads.</summary>
    internal static double Norm(ParameterArray gradients, Team team)
    {
        double[] parts = new double[NumTasks(gradients.Layout)];
        team.Run(
            parts.Length,
            (task, _) =>
            {
                nint first = (nint)task * ParametersPerTask;
                parts[task] = VectorMath.SumOfSquares(
                    gradients.Pointer + first,
                    (int)Math.Min(ParametersPerTask, gradients.Layout.Length - first)
                );
            }
        );
        return Math.Sqrt(parts.Sum());
    }

    /// <summary>Takes a step from the gradients, which are 0 afterwards.</summary>
    internal void Step(AdamWStep step, ParameterArray weights, ParameterArray gradients, Team team)
    {
        NumSteps++;
        team.Run(
            NumTasks(layout),
            (task, _) =>
            {
                nint first = (nint)task * ParametersPerTask;
                AdamW.Step(
                    step,
                    NumSteps,
                    weights.Pointer + first,
                    gradients.Pointer + first,
                    mean.Pointer + first,
                    square.Pointer + first,
                    (int)Math.Min(ParametersPerTask, layout.Length - first)
                );
            }
        );
    }

    /// <summary>
    /// Writes one safetensors file: <c>mean.X</c> and <c>square.X</c> for every Hugging Face parameter X, and the number of steps in the
    /// metadata.
    /// </summary>
    internal void Save(string path) =>
        SafetensorsWriter.Write(
            path,
            [
                .. Sections.SelectMany(section =>
                    section.Array.Export().Select(array => array with { Name = $"{section.Name}.{array.Name}" })
                ),
            ],
            WeightType.F32,
            new Dictionary<string, string> { ["format"] = "pt", [StepsKey] = NumSteps.ToString(CultureInfo.InvariantCulture) }
        );

    /// <summary>Inverse of <see cref="Save"/>.</summary>
    /// <exception cref="ModelFileException">The file is missing, damaged or of another model; nothing was changed then.</exception>
    internal void Load(string path)
    {
        using var reader = SafetensorsReader.Open(path);
        if (
            !reader.Metadata.TryGetValue(StepsKey, out string? text)
            || !long.TryParse(text, CultureInfo.InvariantCulture, out long steps)
            || steps < 0
        )
        {
            throw new ModelFileException($"{path} is no optimizer file: its metadata has no number of steps.");
        }

        foreach (var (section, _) in Sections)
        {
            foreach (var parameter in layout.Parameters)
            {
                if (
                    reader.Find($"{section}.{parameter.Name}") is not { Type: WeightType.F32 } found
                    || !found.Shape.SequenceEqual(parameter.Shape)
                )
                {
                    throw new ModelFileException(
                        $"{path} is of another model: '{section}.{parameter.Name}' is missing or has another shape or type."
                    );
                }
            }
        }

        foreach (var (section, array) in Sections)
        {
            array.Read(layout.Parameters.Select(p => new NamedArray(p.Name, p.Shape, reader.ReadFloat32($"{section}.{p.Name}"))));
        }

        NumSteps = steps;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        mean.Dispose();
        square.Dispose();
    }

    private (string Name, ParameterArray Array)[] Sections => [("mean", mean), ("square", square)];

    private static int NumTasks(ParameterLayout layout) => (int)((layout.Length + ParametersPerTask - 1) / ParametersPerTask);
}
