using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Threads;
using Cppo.Model.Weights;

namespace Cppo.Model.Managed.Adapters;

/// <summary>AdamW on an adapter's values, and its state as a file.</summary>
internal sealed unsafe class AdapterAdamW(AdapterLayout layout) : IDisposable
{
    private const int NumbersPerTask = 1 << 15;

    private readonly AdapterArray mean = new(layout);
    private readonly AdapterArray square = new(layout);

    /// <summary>The steps taken so far.</summary>
    internal long NumSteps { get; private set; }

    /// <summary>The L2 norm of all gradients; summed in parts that do not depend on the number of threads.</summary>
    internal static double Norm(AdapterArray gradients, Team team)
    {
        nint length = gradients.Layout.Length;
        double[] parts = new double[NumTasks(length)];
        team.Run(
            parts.Length,
            (task, _) =>
            {
                nint first = (nint)task * NumbersPerTask;
                parts[task] = VectorMath.SumOfSquares(gradients.Pointer + first, (int)Math.Min(NumbersPerTask, length - first));
            }
        );
        return Math.Sqrt(parts.Sum());
    }

    /// <summary>Takes a step from the gradients, which are 0 afterwards.</summary>
    internal void Step(AdamWStep step, AdapterArray values, AdapterArray gradients, Team team)
    {
        NumSteps++;
        team.Run(
            NumTasks(layout.Length),
            (task, _) =>
            {
                nint first = (nint)task * NumbersPerTask;
                AdamW.Step(
                    step,
                    NumSteps,
                    values.Pointer + first,
                    gradients.Pointer + first,
                    mean.Pointer + first,
                    square.Pointer + first,
                    (int)Math.Min(NumbersPerTask, layout.Length - first)
                );
            }
        );
    }

    /// <summary>Writes mean and square of every number, and the number of steps, to one file.</summary>
    internal void Save(string path) =>
        OptimizerFile.Write(path, Sections.Select(section => (section.Name, Streams(section.Array))), NumSteps);

    /// <summary>Inverse of <see cref="Save"/>.</summary>
    /// <exception cref="ModelFileException">The file is missing, damaged or of another adapter; nothing was changed then.</exception>
    internal void Load(string path)
    {
        using var file = OptimizerFile.Open(path, layout.Shape.Expected, Sections.Select(section => section.Name));
        foreach (var (section, array) in Sections)
        {
            array.Read(file.Read(section).Select(stream => stream.ToArray()));
        }

        NumSteps = file.NumSteps;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        mean.Dispose();
        square.Dispose();
    }

    private static IReadOnlyList<WeightStream> Streams(AdapterArray array) => [.. array.Export().Select(WeightStream.Of)];

    private (string Name, AdapterArray Array)[] Sections => [("mean", mean), ("square", square)];

    private static int NumTasks(nint length) => (int)((length + NumbersPerTask - 1) / NumbersPerTask);
}
