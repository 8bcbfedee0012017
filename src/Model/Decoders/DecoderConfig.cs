namespace Cppo.Model.Decoders;

/// <summary>
/// The architecture of a decoder: RMSNorm before attention and before a SwiGLU MLP, grouped-query attention with rotary positions, and a
/// head. What differs between families is data here, so that an engine knows no family's name.
/// </summary>
public sealed record DecoderConfig
{
    private readonly int headSize;

    /// <summary>Which family's file the architecture is written as.</summary>
    public DecoderFamily Family { get; init; } = DecoderFamilies.Qwen2;

    /// <summary>Rows of the embedding; may exceed the tokenizer's vocabulary.</summary>
    public required int VocabSize { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width of the SwiGLU's inner layer.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Decoder blocks.</summary>
    public required int NumLayers { get; init; }

    /// <summary>Query heads.</summary>
    public required int NumHeads { get; init; }

    /// <summary>Key and value heads; divides <see cref="NumHeads"/>.</summary>
    public required int NumKeyValueHeads { get; init; }

    /// <summary>Width of one head, even; <see cref="HiddenSize"/> / <see cref="NumHeads"/> where nothing else is said.</summary>
    public int HeadSize
    {
        get => headSize > 0 ? headSize : HiddenSize / NumHeads;
        init => headSize = value;
    }

    /// <summary>Whether the projections to queries, keys and values have biases.</summary>
    public bool QkvBias { get; init; } = true;

    /// <summary>Whether attention's output projection has a bias.</summary>
    public bool OutputBias { get; init; }

    /// <summary>Whether the MLP's three projections have biases.</summary>
    public bool MlpBias { get; init; }

    /// <summary>
    /// Whether each query and key head is normalised, with one weight for all query heads and one for all key heads, before it is turned.
    /// </summary>
    public bool HeadNorms { get; init; }

    /// <summary>Base of the rotary angles.</summary>
    public double RopeTheta { get; init; } = 1_000_000;

    /// <summary>How the angles are stretched for contexts longer than those of pretraining; null where they are not.</summary>
    public Llama3Scaling? RopeScaling { get; init; }

    /// <summary>Added to the mean square in RMSNorm.</summary>
    public double RmsNormEpsilon { get; init; } = 1e-6;

    /// <summary>The most tokens that prompt and completion may have together.</summary>
    public required int MaxPositions { get; init; }

    /// <summary>Whether the output head is the embedding's transpose.</summary>
    public bool TieWordEmbeddings { get; init; }
}
