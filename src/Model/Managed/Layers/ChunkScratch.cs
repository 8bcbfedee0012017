// Letters: B rows of one chunk, D hidden, F inner layer of the MLP.
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Parameters;

namespace Cppo.Model.Managed.Layers;

/// <summary>Memory of one thread for the rows of a chunk.</summary>
internal sealed unsafe class ChunkScratch : IDisposable
{
    private readonly AlignedBuffer norm = new();
    private readonly AlignedBuffer gateUp = new();
    private readonly AlignedBuffer inner = new();
    private readonly AlignedBuffer attention = new();
    private readonly AlignedBuffer lowRank = new();

    /// <summary>[B, D].</summary>
    internal float* Norm => norm.Pointer;

    /// <summary>[B, 2F].</summary>
    internal float* GateUp => gateUp.Pointer;

    /// <summary>[B, F].</summary>
    internal float* Inner => inner.Pointer;

    /// <summary>As much as attention asks for, forward or backward.</summary>
    internal float* Attention => attention.Pointer;

    /// <summary>Grows to what an adapter's terms ask for.</summary>
    internal AlignedBuffer LowRank => lowRank;

    /// <summary>Floats that so many rows of at most so many scores each take.</summary>
    internal static nint Floats(ModelShape shape, int rows, int maxScores)
    {
        var (norm, gateUp, inner, attention) = Sizes(shape, rows, maxScores);
        return norm + gateUp + inner + attention;
    }

    /// <summary>Makes room for so many rows of at most so many scores each.</summary>
    internal void Reserve(ModelShape shape, int rows, int maxScores)
    {
        var sizes = Sizes(shape, rows, maxScores);
        norm.Ensure(sizes.Norm);
        gateUp.Ensure(sizes.GateUp);
        inner.Ensure(sizes.Inner);
        attention.Ensure(sizes.Attention);
    }

    private static (nint Norm, nint GateUp, nint Inner, nint Attention) Sizes(ModelShape shape, int rows, int maxScores) =>
        (
            (nint)rows * shape.Hidden,
            (nint)rows * 2 * shape.Inner,
            (nint)rows * shape.Inner,
            AttentionBackward.ScratchFloats(maxScores, shape.Heads)
        );

    /// <inheritdoc/>
    public void Dispose()
    {
        norm.Dispose();
        gateUp.Dispose();
        inner.Dispose();
        attention.Dispose();
        lowRank.Dispose();
    }
}
