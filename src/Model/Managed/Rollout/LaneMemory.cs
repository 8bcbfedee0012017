// Letters: N rows of a pass, B rows of a chunk, D hidden, F inner layer of the MLP, V vocabulary.
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Kernels.Precision;
using Cppo.Model.Managed.Layers;
using Cppo.Model.Managed.Parameters;

namespace Cppo.Model.Managed.Rollout;

/// <summary>
/// One lane's memory for rollouts: rows on their way through the layers, logits of a chunk, and keys and values of every layer. Places
/// for completions come first, a stretch of equal length for each row, then the stretches for prompts, the last of them for what all
/// prompts begin with, where there is such. The system gives memory when a place is first used.
/// </summary>
internal sealed unsafe class LaneMemory : IDisposable
{
    private readonly AlignedBuffer stream = new();
    private readonly AlignedBuffer qkv = new();
    private readonly AlignedBuffer context = new();
    private readonly AlignedBuffer norm = new();
    private readonly AlignedBuffer gateUp = new();
    private readonly AlignedBuffer inner = new();
    private readonly AlignedBuffer hidden = new();
    private readonly AlignedBuffer promptHidden = new();
    private readonly AlignedBuffer logits = new();
    private readonly AlignedBuffer keyValues = new();
    private readonly List<AlignedBuffer> attention = [];
    private readonly List<AlignedBuffer> lowRank = [];

    /// <summary>Rows prepared for products.</summary>
    internal PreparedRows Prepared { get; } = new();

    /// <summary>What it has room for.</summary>
    internal LaneSizes Sizes { get; private set; }

    /// <summary>[B, D], normalised rows of a chunk.</summary>
    internal float* Norm => norm.Pointer;

    /// <summary>[B, 2F].</summary>
    internal float* GateUp => gateUp.Pointer;

    /// <summary>[B, F].</summary>
    internal float* Inner => inner.Pointer;

    /// <summary>[completions in progress, D], the final norm's output, from which the next tokens follow.</summary>
    internal float* Hidden => hidden.Pointer;

    /// <summary>[logit rows, V].</summary>
    internal float* Logits => logits.Pointer;

    /// <summary>Where the rows lie on their way through the layers.</summary>
    internal BlockRows Rows =>
        new()
        {
            Input = stream.Pointer,
            Middle = stream.Pointer,
            Output = stream.Pointer,
            Qkv = qkv.Pointer,
            Context = context.Pointer,
        };

    /// <summary>The first place of what all prompts begin with.</summary>
    internal int CommonPlace => PromptPlace(Sizes.PromptStretches - 1);

    /// <summary>A thread's scores.</summary>
    internal float* Attention(int thread) => attention[thread].Pointer;

    /// <summary>A thread's memory for an adapter's terms, which grows to what they ask for.</summary>
    internal AlignedBuffer LowRank(int thread) => lowRank[thread];

    /// <summary>Makes room; what was there is lost.</summary>
    internal void Reserve(ModelShape shape, in LaneSizes sizes)
    {
        Sizes = sizes;
        var floats = sizes.Floats(shape);
        stream.Fit(floats.Stream);
        qkv.Fit(floats.Qkv);
        context.Fit(floats.Context);
        norm.Fit(floats.Norm);
        gateUp.Fit(floats.GateUp);
        inner.Fit(floats.Inner);
        hidden.Fit(floats.Hidden);
        promptHidden.Fit(floats.PromptHidden);
        logits.Fit(floats.Logits);
        keyValues.Fit(floats.KeyValues);
        while (attention.Count < sizes.Threads)
        {
            attention.Add(new AlignedBuffer());
            lowRank.Add(new AlignedBuffer());
        }

        for (int thread = 0; thread < attention.Count; thread++)
        {
            attention[thread].Fit(thread < sizes.Threads ? floats.Attention : 0);
        }
    }

    /// <summary>Keys and values of a layer.</summary>
    internal KeyValues Layer(ModelShape shape, int layer)
    {
        int width = KeyValues.PaddedWidthIn(Sizes.Precision, shape.Heads.Width);
        nint headNumbers = Sizes.Places * width,
            halfBytes = headNumbers * shape.Heads.KeyValues * KeyValues.BytesPerNumber(Sizes.Precision);
        byte* keys = (byte*)keyValues.Pointer + (2 * layer * halfBytes);
        return new KeyValues(Sizes.Precision, keys, keys + halfBytes, headNumbers, width);
    }

    /// <summary>The first place of a completion's stretch.</summary>
    internal int OwnPlace(int stretch) => stretch * Sizes.OwnStretch;

    /// <summary>The first place of a prompt's stretch.</summary>
    internal int PromptPlace(int stretch) => (Sizes.Rows * Sizes.OwnStretch) + (stretch * Sizes.PromptStretch);

    /// <summary>Copies the keys and values of so many tokens from one stretch, given by its first place, to another.</summary>
    internal void Copy(ModelShape shape, int tokens, int fromPlace, int toPlace)
    {
        for (int layer = 0; layer < shape.Config.NumLayers; layer++)
        {
            Layer(shape, layer).Copy(shape.Heads.KeyValues, tokens, fromPlace, toPlace);
        }
    }

    /// <summary>[D], the final norm's output at a prompt's last token.</summary>
    internal float* PromptHidden(ModelShape shape, int stretch) => promptHidden.Pointer + ((nint)stretch * shape.Hidden);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (
            var buffer in new[] { stream, qkv, context, norm, gateUp, inner, hidden, promptHidden, logits, keyValues }
                .Concat(attention)
                .Concat(lowRank)
        )
        {
            buffer.Dispose();
        }

        Prepared.Dispose();
    }
}
