// Letters: N rows, D hidden, E all heads of query, key and value, H query heads, C width of a head, F inner layer, S places, P padded width
// of a head.
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Layers;
using Cppo.Model.Managed.Parameters;

namespace Cppo.Model.Managed.Training;

/// <summary>
/// Activations of a pass over packed rows, used again by the next pass. Inference needs those of one layer; training keeps every layer's,
/// or every layer's input and one layer's rest where backward computes them anew.
/// </summary>
internal sealed unsafe class PassMemory : IDisposable
{
    private readonly List<AlignedBuffer> inputs = [];
    private readonly List<AlignedBuffer> layers = [];
    private readonly List<AlignedBuffer> caches = [];
    private readonly AlignedBuffer hidden = new();
    private readonly AlignedBuffer logits = new();
    private readonly List<ChunkScratch> scratch = [];
    private readonly WideLayer[] wide = [new(), new()];
    private ModelShape shape = null!;
    private PassSize size;
    private bool keepsInputs;
    private bool keepsLayers;

    /// <summary>[predicting rows, D], the final norm's output.</summary>
    internal float* Hidden => hidden.Pointer;

    /// <summary>[predicting rows], the final norm's inverses.</summary>
    internal float* FinalInverse { get; private set; }

    /// <summary>[predicting rows], log sum exp of the logits.</summary>
    internal float* LogSumExp { get; private set; }

    /// <summary>[logit rows, V].</summary>
    internal float* Logits => logits.Pointer;

    /// <summary>Floats that a pass takes, but for its logits; the parameters are those of <see cref="Reserve"/>.</summary>
    internal static nint Floats(ModelShape model, in PassSize size, int threads, bool keepInputs, bool keepLayers)
    {
        int numLayers = model.Config.NumLayers;
        return ((keepInputs ? numLayers + 1 : 1) * InputFloats(model, size))
            + ((keepLayers ? numLayers : 1) * LayerFloats(model, size, keepInputs))
            + ((keepLayers ? numLayers : 2) * CacheFloats(model, size))
            + HiddenFloats(model, size)
            + (threads * ChunkScratch.Floats(model, ForwardPass.RowsPerChunk, size.MaxScores));
    }

    /// <summary>Floats of the logits that it holds at a time.</summary>
    internal static nint LogitFloats(ModelShape model, int logitRows) => (nint)logitRows * model.Vocabulary;

    /// <summary>Makes room for a pass.</summary>
    /// <param name="model">The architecture.</param>
    /// <param name="packed">The rows.</param>
    /// <param name="threads">Threads that will work.</param>
    /// <param name="logitRows">Rows of logits at a time.</param>
    /// <param name="keepInputs">Whether each layer's input is kept.</param>
    /// <param name="keepLayers">Whether the rest of each layer's activations is kept, too.</param>
    internal void Reserve(ModelShape model, PackedRows packed, int threads, int logitRows, bool keepInputs, bool keepLayers)
    {
        (shape, size, keepsInputs, keepsLayers) = (model, PassSize.Of(packed), keepInputs, keepLayers);
        int numLayers = shape.Config.NumLayers;
        Grow(inputs, keepInputs ? numLayers + 1 : 1, InputFloats(shape, size));
        Grow(layers, keepLayers ? numLayers : 1, LayerFloats(shape, size, keepInputs));
        Grow(caches, keepLayers ? numLayers : 2, CacheFloats(shape, size));

        hidden.Ensure(HiddenFloats(shape, size));
        FinalInverse = hidden.Pointer + ((nint)size.Predicting * shape.Hidden);
        LogSumExp = FinalInverse + size.Predicting;
        logits.Ensure(LogitFloats(shape, logitRows));
        while (scratch.Count < threads)
        {
            scratch.Add(new ChunkScratch());
        }

        foreach (var thread in scratch)
        {
            thread.Reserve(shape, ForwardPass.RowsPerChunk, size.MaxScores);
        }
    }

    internal ChunkScratch Scratch(int thread) => scratch[thread];

    /// <summary>Where a layer's weights are widened: two layers are read at a time.</summary>
    internal WideLayer Wide(int layer) => wide[layer % wide.Length];

    /// <summary>A layer's input [N, D]; the last layer's output follows the last input.</summary>
    internal float* Input(int layer) => inputs[keepsInputs ? layer : 0].Pointer;

    /// <summary>What a layer's forward reads and writes.</summary>
    internal BlockRows Layer(int layer)
    {
        float* at = layers[keepsLayers ? layer : 0].Pointer;
        var block = new BlockRows { Input = Input(layer), Output = Input(layer + 1) };
        block.Qkv = Take(ref at, shape.Qkv);
        block.Context = Take(ref at, shape.Queries);
        if (!keepsInputs)
        {
            block.Middle = block.Input;
            return block;
        }

        block.Middle = Take(ref at, shape.Hidden);
        block.GateUp = Take(ref at, 2 * shape.Inner);
        block.LogSumExp = Take(ref at, shape.Heads.Queries);
        block.InputInverse = Take(ref at, 1);
        block.MiddleInverse = Take(ref at, 1);
        if (shape.Config.HeadNorms)
        {
            block.RawHeads = Take(ref at, shape.Queries + shape.Keys);
            block.HeadInverses = Take(ref at, shape.Heads.Queries + shape.Heads.KeyValues);
        }

        return block;
    }

    /// <summary>Keys and values of a layer; where layers are not kept, two layers' exist at a time.</summary>
    internal KeyValues Cache(int layer)
    {
        float* keys = caches[keepsLayers ? layer : layer % 2].Pointer;
        return new KeyValues(keys, keys + (HeadFloats * shape.Heads.KeyValues), HeadFloats, shape.Heads.PaddedWidth);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in inputs.Concat(layers).Concat(caches).Append(hidden).Append(logits))
        {
            buffer.Dispose();
        }

        scratch.ForEach(thread => thread.Dispose());
        Array.ForEach(wide, layer => layer.Dispose());
    }

    private nint HeadFloats => size.Places * shape.Heads.PaddedWidth;

    private static nint InputFloats(ModelShape model, in PassSize size) => size.Rows * model.Hidden;

    private static nint LayerFloats(ModelShape model, in PassSize size, bool all) =>
        (size.Rows * (model.Qkv + model.Queries + (all ? KeptWidth(model) : 0))) + (10 * 16);

    private static nint CacheFloats(ModelShape model, in PassSize size) =>
        2 * size.Places * model.Heads.PaddedWidth * model.Heads.KeyValues;

    private static nint HiddenFloats(ModelShape model, in PassSize size) => (nint)size.Predicting * (model.Hidden + 2);

    private static nint KeptWidth(ModelShape model) =>
        model.Hidden
        + (2 * model.Inner)
        + model.Heads.Queries
        + 2
        + (model.Config.HeadNorms ? model.Queries + model.Keys + model.Heads.Queries + model.Heads.KeyValues : 0);

    private float* Take(ref float* at, int width)
    {
        float* taken = at;
        // The next array begins at a multiple of 64 bytes again.
        at += ((size.Rows * width) + 15) / 16 * 16;
        return taken;
    }

    private static void Grow(List<AlignedBuffer> buffers, int count, nint length)
    {
        while (buffers.Count < count)
        {
            buffers.Add(new AlignedBuffer());
        }

        for (int i = 0; i < count; i++)
        {
            buffers[i].Ensure(length);
        }
    }
}
