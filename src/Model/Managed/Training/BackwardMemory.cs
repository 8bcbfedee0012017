// Letters: N rows, B rows of a stretch, D hidden, E all heads of query, key and value, H query heads, C width of a head, F inner layer, S
// places, P padded width of a head.
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Kernels.Precision;
using Cppo.Model.Managed.Parameters;

namespace Cppo.Model.Managed.Training;

/// <summary>
/// One layer's gradients on the way back, used again by every layer and pass, and, in strips, both factors of the gradients by the layer's
/// weights for a stretch of rows.
/// </summary>
internal sealed unsafe class BackwardMemory : IDisposable
{
    private const int ChunksPerThread = 8;

    private readonly AlignedBuffer rowBuffer = new();
    private readonly AlignedBuffer placeBuffer = new();
    private readonly AlignedBuffer partials = new();
    private readonly AlignedBuffer zeros = new();
    private readonly AlignedBuffer backScratch = new();
    private readonly AlignedBuffer wide = new();
    private ModelShape shape = null!;
    private nint places;
    private int stretchRows;
    private nint scratchFloats;
    private nint wideFloats;
    private float* next;

    /// <summary>[N, D], by a layer's output.</summary>
    internal float* ByOutput { get; private set; }

    /// <summary>[N, D], by a layer's input.</summary>
    internal float* ByInput { get; private set; }

    /// <summary>[N, D], by the sum after attention.</summary>
    internal float* ByMiddle { get; private set; }

    /// <summary>[N, H C], by attention's context.</summary>
    internal float* ByContext { get; private set; }

    /// <summary>[N, E], by queries, keys and values.</summary>
    internal float* ByQkv { get; private set; }

    /// <summary>The queries', keys' and values' weights: by their outputs [B, E], and the input norm's output [B, D].</summary>
    internal (Strips Outputs, Strips Inputs) Qkv { get; private set; }

    /// <summary>The output projection's: by the sum after attention [B, D], and the context [B, H C].</summary>
    internal (Strips Outputs, Strips Inputs) Output { get; private set; }

    /// <summary>Gate's and up's: by their outputs [B, 2F], and the second norm's output [B, D].</summary>
    internal (Strips Outputs, Strips Inputs) GateUp { get; private set; }

    /// <summary>The down projection's: by the layer's output [B, D], and the SwiGLU's output [B, F].</summary>
    internal (Strips Outputs, Strips Inputs) Down { get; private set; }

    /// <summary>A chunk's share of the gradients by norm weights and biases.</summary>
    internal PartialLayout Partials { get; private set; } = null!;

    /// <summary>[C].</summary>
    internal float* Zeros => zeros.Pointer;

    /// <summary>
    /// Rows of a stretch: as few as occupy all threads, so that the strips stay in the caches. A multiple of chunks and of
    /// <see cref="WeightGradient.RowBlock"/>, so that
    /// sums are the same however many threads there are.
    /// </summary>
    internal static int StretchRows(int threads) => ChunksPerThread * ForwardPass.RowsPerChunk * threads;

    /// <summary>Floats that the way back takes; the parameters are those of <see cref="Reserve"/>.</summary>
    internal static nint Floats(ModelShape model, in PassSize size, int threads) =>
        RowFloats(model, size, threads)
        + PlaceFloats(model, size)
        + PartialFloats(new PartialLayout(model), size)
        + (threads * ScratchFloats(model));

    /// <summary>Makes room for a pass.</summary>
    /// <param name="model">The architecture.</param>
    /// <param name="packed">The rows.</param>
    /// <param name="threads">Threads that will work.</param>
    /// <param name="isRounded">Whether the head is in bf16 and has to be widened.</param>
    internal void Reserve(ModelShape model, PackedRows packed, int threads, bool isRounded)
    {
        var size = PassSize.Of(packed);
        (shape, places) = (model, size.Places);
        nint numRows = size.Rows;
        stretchRows = (int)Math.Min(numRows, StretchRows(threads));
        int hidden = shape.Hidden,
            queries = shape.Queries,
            inner = shape.Inner;
        next = rowBuffer.Ensure(RowFloats(shape, size, threads));
        ByOutput = Take(numRows * hidden);
        ByInput = Take(numRows * hidden);
        ByMiddle = Take(numRows * hidden);
        ByContext = Take(numRows * queries);
        ByQkv = Take(numRows * shape.Qkv);
        Qkv = (OutputStrips(shape.Qkv), InputStrips(hidden));
        Output = (OutputStrips(hidden), InputStrips(queries));
        GateUp = (OutputStrips(2 * inner), InputStrips(hidden));
        Down = (OutputStrips(hidden), InputStrips(inner));
        placeBuffer.Ensure(PlaceFloats(shape, size));
        Partials = new PartialLayout(shape);
        partials.Ensure(PartialFloats(Partials, size));
        zeros.Ensure(shape.Heads.Width);
        zeros.Clear();
        scratchFloats = ScratchFloats(shape);
        backScratch.Ensure(threads * scratchFloats);
        wideFloats = isRounded ? BackProduct.WideFloats(hidden) : 0;
        wide.Ensure(threads * wideFloats);
    }

    /// <summary>A thread's memory for a head in bf16, a block of outputs at a time; null where the head is fp32.</summary>
    internal float* WideHead(int thread) => wideFloats == 0 ? null : wide.Pointer + (thread * wideFloats);

    /// <summary>A thread's memory for products on the way back.</summary>
    internal float* BackScratch(int thread) => backScratch.Pointer + (thread * scratchFloats);

    /// <summary>A chunk's floats, arranged as <see cref="Partials"/> says.</summary>
    internal float* Partial(int chunk) => partials.Pointer + ((nint)chunk * Partials.Width);

    /// <summary>Keys by row and values by column of the layer that is on its way back, [K, S, P].</summary>
    internal float* KeysByRow(int head) => Section(0, head);

    /// <inheritdoc cref="KeysByRow"/>
    internal float* ValuesByColumn(int head) => Section(1, head);

    /// <summary>Gradients by keys, [K, S, P].</summary>
    internal float* ByKeys(int head) => Section(2, head);

    /// <summary>Gradients by values, [K, S, P].</summary>
    internal float* ByValues(int head) => Section(3, head);

    /// <summary>What was by the input of one layer is by the output of the layer before.</summary>
    internal void Descend()
    {
        float* spare = ByOutput;
        ByOutput = ByInput;
        ByInput = spare;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        rowBuffer.Dispose();
        placeBuffer.Dispose();
        partials.Dispose();
        zeros.Dispose();
        backScratch.Dispose();
        wide.Dispose();
    }

    private static nint RowFloats(ModelShape model, in PassSize size, int threads)
    {
        // A strip's last columns and the next array's beginning at a multiple of 64 bytes take some more.
        nint width = (3 * model.Hidden) + model.Queries + model.Qkv,
            stripWidth = (5 * model.Hidden) + model.Queries + model.Qkv + (3 * model.Inner) + (8 * Gemm.PanelWidth);
        return (size.Rows * width) + (Math.Min(size.Rows, StretchRows(threads)) * stripWidth) + (16 * 16);
    }

    private static nint PlaceFloats(ModelShape model, in PassSize size) =>
        4 * size.Places * model.Heads.PaddedWidth * model.Heads.KeyValues;

    private static nint PartialFloats(PartialLayout partials, in PassSize size) =>
        (nint)ForwardPass.NumChunks((int)size.Rows) * partials.Width;

    private static nint ScratchFloats(ModelShape model) =>
        (BackProduct.ScratchFloats(Math.Max(model.Hidden, Math.Max(model.Inner, model.Queries))) + 15) / 16 * 16;

    private Strips OutputStrips(int columns) => TakeStrips(WeightGradient.OutputStrip, columns);

    private Strips InputStrips(int columns) => TakeStrips(WeightGradient.InputStrip, columns);

    private Strips TakeStrips(int stripWidth, int columns) =>
        Strips.Packed(Take(Strips.Size(stripWidth, stretchRows, columns)), stripWidth, stretchRows);

    private float* Take(nint floats)
    {
        float* taken = next;
        // The next array begins at a multiple of 64 bytes again.
        next += (floats + 15) / 16 * 16;
        return taken;
    }

    private nint HeadFloats => places * shape.Heads.PaddedWidth;

    private float* Section(int section, int head) => placeBuffer.Pointer + (((nint)(section * shape.Heads.KeyValues) + head) * HeadFloats);
}
