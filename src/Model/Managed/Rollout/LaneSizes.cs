// Letters: V vocabulary, D hidden, E all heads of query, key and value, F inner layer of the MLP.
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Parameters;

namespace Cppo.Model.Managed.Rollout;

/// <summary>What one lane's memory must hold; its buffers are as large as this says.</summary>
internal readonly record struct LaneSizes
{
    /// <summary>Completions in progress.</summary>
    internal required int Rows { get; init; }

    /// <summary>The most tokens that a completion may have.</summary>
    internal required int MaxNewTokens { get; init; }

    /// <summary>Tokens of the longest prompt.</summary>
    internal required int MaxPrompt { get; init; }

    /// <summary>Prompts in progress.</summary>
    internal required int Prompts { get; init; }

    /// <summary>Whether there are several prompts, so that all may begin alike.</summary>
    internal required bool HasCommon { get; init; }

    /// <summary>Rows that run through the layers in one pass.</summary>
    internal required int PassRows { get; init; }

    /// <summary>Rows of a pass that run through a part of a layer before the others do.</summary>
    internal required int ChunkRows { get; init; }

    /// <summary>Rows of logits at a time.</summary>
    internal required int LogitRows { get; init; }

    /// <summary>Threads of the lane.</summary>
    internal required int Threads { get; init; }

    /// <summary>Places of a completion.</summary>
    internal int OwnStretch => KeyValues.WholePanels(MaxNewTokens);

    /// <summary>Places of a prompt.</summary>
    internal int PromptStretch => KeyValues.WholePanels(MaxPrompt);

    /// <summary>Stretches of places for the prompts, and one more for what all begin with.</summary>
    internal int PromptStretches => Prompts + (HasCommon ? 1 : 0);

    /// <summary>Places of all completions and prompts.</summary>
    internal nint Places => ((nint)Rows * OwnStretch) + ((nint)PromptStretches * PromptStretch);

    /// <summary>Floats of keys and values that places take, over all layers.</summary>
    internal static nint KeyValueFloats(ModelShape shape, nint places) =>
        2 * (nint)shape.Config.NumLayers * shape.Heads.KeyValues * shape.Heads.PaddedWidth * places;

    /// <summary>The floats of each buffer.</summary>
    internal LaneFloats Floats(ModelShape shape) =>
        new()
        {
            Stream = (nint)PassRows * shape.Hidden,
            Qkv = (nint)PassRows * shape.Qkv,
            Context = (nint)PassRows * shape.Queries,
            Norm = (nint)ChunkRows * shape.Hidden,
            GateUp = (nint)ChunkRows * 2 * shape.Inner,
            Inner = (nint)ChunkRows * shape.Inner,
            Attention = Attention.ScratchFloats(OwnStretch + PromptStretch, shape.Heads),
            Hidden = (nint)Rows * shape.Hidden,
            PromptHidden = (nint)PromptStretches * shape.Hidden,
            Logits = (nint)LogitRows * shape.Vocabulary,
            KeyValues = KeyValueFloats(shape, Places),
        };

    /// <summary>Bytes of all buffers.</summary>
    internal long Bytes(ModelShape shape)
    {
        var floats = Floats(shape);
        return sizeof(float)
            * (
                (long)floats.Stream
                + floats.Qkv
                + floats.Context
                + floats.Norm
                + floats.GateUp
                + floats.Inner
                + (Threads * floats.Attention)
                + floats.Hidden
                + floats.PromptHidden
                + floats.Logits
                + floats.KeyValues
            );
    }
}

/// <summary>How many floats the buffers of a lane have.</summary>
internal readonly record struct LaneFloats
{
    /// <summary>[pass rows, D].</summary>
    internal nint Stream { get; init; }

    /// <summary>[pass rows, E].</summary>
    internal nint Qkv { get; init; }

    /// <summary>[pass rows, all query heads].</summary>
    internal nint Context { get; init; }

    /// <summary>[chunk rows, D].</summary>
    internal nint Norm { get; init; }

    /// <summary>[chunk rows, 2F].</summary>
    internal nint GateUp { get; init; }

    /// <summary>[chunk rows, F].</summary>
    internal nint Inner { get; init; }

    /// <summary>Scores of one thread.</summary>
    internal nint Attention { get; init; }

    /// <summary>[rows, D].</summary>
    internal nint Hidden { get; init; }

    /// <summary>[prompt stretches, D].</summary>
    internal nint PromptHidden { get; init; }

    /// <summary>[logit rows, V].</summary>
    internal nint Logits { get; init; }

    /// <summary>Keys and values of all layers.</summary>
    internal nint KeyValues { get; init; }
}
