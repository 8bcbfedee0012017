using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Parameters;
using Cppo.Model.Managed.Threads;
using Cppo.Model.Weights;

namespace Cppo.Model.Managed.Training;

/// <summary>AdamW on all weights, and its state as a file.</summary>
internal sealed unsafe class ManagedAdamW(DecoderConfig config, ParameterLayout layout) : IDisposable
{
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

    /// <summary>Writes mean and square of every parameter, and the number of steps, to one file.</summary>
    internal void Save(string path) =>
        OptimizerFile.Write(path, Sections.Select(section => (section.Name, section.Array.Streams())), NumSteps);

    /// <summary>Inverse of <see cref="Save"/>.</summary>
    /// <exception cref="ModelFileException">The file is missing, damaged or of another model; nothing was changed then.</exception>
    internal void Load(string path)
    {
        using var file = OptimizerFile.Open(path, config, Sections.Select(section => section.Name));
        foreach (var (section, array) in Sections)
        {
            array.Read(file.Read(section));
        }

        NumSteps = file.NumSteps;
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
