// Letters: N rows, D hidden, E all heads of query, key and value, V vocabulary, K key and value heads, S places, P padded width of a head.
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Layers;
using Cppo.Model.Managed.Parameters;

namespace Cppo.Model.Managed.Rollout;

/// <summary>
/// One thread's memory for rollouts: rows on their way through the layers, logits of a chunk, and keys and values of every layer. Places
/// for completions come first, a stretch of equal length for each row, then as many stretches for prompts and one for what all prompts
/// begin with. The system gives memory when a place is first used.
/// </summary>
internal sealed unsafe class LaneMemory : IDisposable
{
    private readonly AlignedBuffer x = new();
    private readonly AlignedBuffer qkv = new();
    private readonly AlignedBuffer context = new();
    private readonly AlignedBuffer hidden = new();
    private readonly AlignedBuffer promptHidden = new();
    private readonly AlignedBuffer logits = new();
    private readonly AlignedBuffer keyValues = new();
    private nint places;
    private int ownStretch;
    private int promptStretch;
    private int rows;

    internal ChunkScratch Scratch { get; } = new();

    /// <summary>[N, D], the final norm's output, from which the next tokens follow.</summary>
    internal float* Hidden => hidden.Pointer;

    /// <summary>[logit rows, V].</summary>
    internal float* Logits => logits.Pointer;

    /// <summary>Rows of logits at a time.</summary>
    internal int LogitRows { get; private set; }

    /// <summary>Where the rows lie on their way through the layers.</summary>
    internal BlockRows Rows =>
        new()
        {
            Input = x.Pointer,
            Middle = x.Pointer,
            Output = x.Pointer,
            Qkv = qkv.Pointer,
            Context = context.Pointer,
        };

    /// <summary>Floats of keys and values that one row and one prompt take, over all layers.</summary>
    internal static nint KeyValueFloats(ModelShape shape, int maxNewTokens, int maxPrompt) =>
        2
        * (nint)shape.Config.NumLayers
        * shape.Heads.KeyValues
        * shape.Heads.PaddedWidth
        * (KeyValues.WholePanels(maxNewTokens) + KeyValues.WholePanels(maxPrompt));

    internal void Reserve(ModelShape shape, int maxRows, int maxNewTokens, int maxPrompt, int logitRows)
    {
        (rows, ownStretch, promptStretch) = (maxRows, KeyValues.WholePanels(maxNewTokens), KeyValues.WholePanels(maxPrompt));
        places = ((nint)rows * (ownStretch + promptStretch)) + promptStretch;
        int widest = Math.Max(rows, maxPrompt);
        x.Ensure((nint)widest * shape.Hidden);
        qkv.Ensure((nint)widest * shape.Qkv);
        context.Ensure((nint)widest * shape.Queries);
        hidden.Ensure((nint)rows * shape.Hidden);
        promptHidden.Ensure((nint)rows * shape.Hidden);
        LogitRows = Math.Min(rows, logitRows);
        logits.Ensure((nint)LogitRows * shape.Vocabulary);
        keyValues.Ensure((rows * KeyValueFloats(shape, maxNewTokens, maxPrompt)) + KeyValueFloats(shape, 0, maxPrompt));
        Scratch.Reserve(shape, LaneForward.RowsPerChunk, ownStretch + promptStretch);
    }

    /// <summary>Keys and values of a layer.</summary>
    internal KeyValues Layer(ModelShape shape, int layer)
    {
        nint headFloats = places * shape.Heads.PaddedWidth,
            half = headFloats * shape.Heads.KeyValues;
        float* keys = keyValues.Pointer + (2 * layer * half);
        return new KeyValues(keys, keys + half, headFloats, shape.Heads.PaddedWidth);
    }

    /// <summary>The first place of a completion's stretch.</summary>
    internal int OwnPlace(int stretch) => stretch * ownStretch;

    /// <summary>The first place of a prompt's stretch.</summary>
    internal int PromptPlace(int stretch) => (rows * ownStretch) + (stretch * promptStretch);

    /// <summary>The first place of what all prompts begin with.</summary>
    internal int CommonPlace => PromptPlace(rows);

    /// <summary>Copies the keys and values of so many tokens from one stretch, given by its first place, to another.</summary>
    internal void Copy(ModelShape shape, int tokens, int fromPlace, int toPlace)
    {
        nint from = (nint)fromPlace * shape.Heads.PaddedWidth,
            to = (nint)toPlace * shape.Heads.PaddedWidth;
        nint length = (nint)KeyValues.WholePanels(tokens) * shape.Heads.PaddedWidth;
        for (int layer = 0; layer < shape.Config.NumLayers; layer++)
        {
            var cache = Layer(shape, layer);
            for (nint head = 0; head < shape.Heads.KeyValues * cache.HeadStride; head += cache.HeadStride)
            {
                VectorMath.Copy(cache.KeysByColumn + head + from, cache.KeysByColumn + head + to, length);
                VectorMath.Copy(cache.ValuesByRow + head + from, cache.ValuesByRow + head + to, length);
            }
        }
    }

    /// <summary>[D], the final norm's output at a prompt's last token.</summary>
    internal float* PromptHidden(ModelShape shape, int stretch) => promptHidden.Pointer + ((nint)stretch * shape.Hidden);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in new[] { x, qkv, context, hidden, promptHidden, logits, keyValues })
        {
            buffer.Dispose();
        }

        Scratch.Dispose();
    }
}
