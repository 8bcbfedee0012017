// Letters: D hidden, E all heads of query, key and value together, F inner layer of the MLP.
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Kernels.Precision;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Managed.Parameters;

/// <summary>
/// The matrices of one layer of a model in bf16, widened to fp32 for a pass over many rows: exact, and a small part of the products that
/// read them.
/// </summary>
internal sealed unsafe class WideLayer : IDisposable
{
    private const int PanelsPerTask = 8;

    private readonly AlignedBuffer memory = new();

    /// <summary>Floats of a layer's matrices.</summary>
    internal static nint Floats(ModelShape shape) => Sizes(shape).Aggregate((nint)0, (sum, size) => sum + size);

    /// <summary>The layer's weights with matrices in this memory.</summary>
    internal LayerWeights Widen(ModelShape shape, in RolloutLayer layer, Team team)
    {
        float* at = memory.Ensure(Floats(shape));
        nint[] sizes = Sizes(shape);
        RightFactor[] factors = [layer.Qkv, layer.Output, layer.GateUp, layer.Down];
        var wide = new PackedMatrix[factors.Length];
        var tasks = new List<(int Factor, int First)>();
        for (int i = 0; i < factors.Length; i++)
        {
            wide[i] = new PackedMatrix(at, factors[i].Rows, factors[i].Columns);
            at += sizes[i];
            for (int panel = 0; panel < factors[i].NumPanels; panel += PanelsPerTask)
            {
                tasks.Add((i, panel));
            }
        }

        team.Run(
            tasks.Count,
            (task, _) =>
            {
                var (factor, first) = tasks[task];
                int end = Math.Min(first + PanelsPerTask, factors[factor].NumPanels);
                factors[factor].Widen(first, end, wide[factor].Panels + ((nint)first * wide[factor].Rows * Gemm.PanelWidth));
            }
        );
        return layer.Vectors with { Qkv = wide[0], Output = wide[1], GateUp = wide[2], Down = wide[3] };
    }

    /// <inheritdoc/>
    public void Dispose() => memory.Dispose();

    private static nint[] Sizes(ModelShape shape) =>
        [
            PackedMatrix.Size(shape.Hidden, shape.Qkv),
            PackedMatrix.Size(shape.Queries, shape.Hidden),
            PackedMatrix.Size(shape.Hidden, 2 * shape.Inner),
            PackedMatrix.Size(shape.Inner, shape.Hidden),
        ];
}
