using Cppo.Model.Collectives;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Parameters;
using Cppo.Model.Managed.Threads;
using Cppo.Model.Weights;

namespace Cppo.Model.Managed.Training;

/// <summary>AdamW on all weights, and its state as a file, which is the same whatever number type the moments have.</summary>
internal sealed unsafe class ManagedAdamW(DecoderConfig config, ParameterLayout layout, WeightPrecision momentPrecision) : IDisposable
{
    private const int ParametersPerTask = 1 << 15;

    private readonly IMoments moments =
        momentPrecision == WeightPrecision.BFloat16 ? new BFloat16Moments(layout) : new Float32Moments(layout);

    /// <summary>The steps taken so far.</summary>
    internal long NumSteps { get; private set; }

    /// <summary>What of the moments this process has and steps; null: all.</summary>
    internal Shards? Shards { get; private set; }

    /// <summary>Divides the moments, all 0 yet, among processes.</summary>
    internal void Divide(ICollective ranks) => Shards = new Shards(ranks, layout.Length, ParametersPerTask);

    /// <summary>
    /// The L2 norm of all gradients; summed in parts that depend neither on the number of threads nor on that of processes. Of shards, each
    /// process has its own gradients' sums.
    /// </summary>
    internal double Norm(ParameterArray gradients, Team team)
    {
        double[] parts = new double[NumTasks(gradients.Layout)];
        team.Run(
            parts.Length,
            (task, _) =>
            {
                if (Shards?.IsMine(task) == false)
                {
                    return;
                }

                nint first = (nint)task * ParametersPerTask;
                parts[task] = VectorMath.SumOfSquares(
                    gradients.Pointer + first,
                    (int)Math.Min(ParametersPerTask, gradients.Layout.Length - first)
                );
            }
        );
        Shards?.Complete(parts, "the norm of the gradient");
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
                if (Shards?.IsMine(task) == false)
                {
                    return;
                }

                nint first = (nint)task * ParametersPerTask;
                moments.Step(
                    step,
                    NumSteps,
                    weights.Pointer + first,
                    gradients.Pointer + first,
                    first,
                    (int)Math.Min(ParametersPerTask, layout.Length - first)
                );
            }
        );
        if (Shards is not null)
        {
            gradients.Clear();
            ManagedShards.Gather(Shards, weights.Pointer, numbersPerFloat: 1, "the weights that others have stepped");
        }
    }

    /// <summary>
    /// Gives the process that saves the moments that this one has.
    /// </summary>
    internal void Share()
    {
        if (Shards is not null)
        {
            var shared = Shared(Shards);
            _ = shared.AreFinite();
            shared.Serve();
        }
    }

    /// <summary>Writes mean and square of every parameter, and the number of steps, to one file.</summary>
    internal void Save(string path)
    {
        if (Shards is null)
        {
            OptimizerFile.Write(path, moments.Sections.Select(section => (section.Section, section.Numbers.Streams())), NumSteps);
            return;
        }

        var shared = Shared(Shards);
        bool areFinite = shared.AreFinite();
        try
        {
            OptimizerFile.Write(
                path,
                moments.Sections.Select(
                    (section, index) => (section.Section, section.Numbers.Streams((start, end) => shared.Need(index, start, end)))
                ),
                NumSteps,
                areFinite
            );
        }
        finally
        {
            shared.Finish();
        }
    }

    /// <summary>Inverse of <see cref="Save"/>.</summary>
    /// <exception cref="ModelFileException">The file is missing, damaged or of another model; nothing was changed then.</exception>
    internal void Load(string path)
    {
        using var file = OptimizerFile.Open(path, config, moments.Sections.Select(section => section.Section));
        foreach (var (section, numbers) in moments.Sections)
        {
            if (Shards is null)
            {
                numbers.Read(file.Read(section));
                continue;
            }

            numbers.Read(Released(file.Read(section), numbers, Shards));
            ManagedShards.Release(Shards, numbers);
        }

        NumSteps = file.NumSteps;
    }

    /// <inheritdoc/>
    public void Dispose() => moments.Dispose();

    private SharedMoments Shared(Shards shards) => new(shards, [.. moments.Sections.Select(section => section.Numbers)]);

    /// <summary>Tensors that are read; what of them others have is given back when the next one is asked for.</summary>
    private static IEnumerable<WeightStream> Released(IEnumerable<WeightStream> tensors, IParameterNumbers numbers, Shards shards)
    {
        long unreleased = 0;
        foreach (var tensor in tensors)
        {
            yield return tensor;
            unreleased += tensor.NumElements;
            if (unreleased >= Shards.UsualPiece)
            {
                ManagedShards.Release(shards, numbers);
                unreleased = 0;
            }
        }
    }

    private static int NumTasks(ParameterLayout layout) => (int)((layout.Length + ParametersPerTask - 1) / ParametersPerTask);
}
