namespace Cppo.Model.Engine;

/// <summary>The architecture of a Qwen2 decoder, as Hugging Face's <c>config.json</c> states it.</summary>
public sealed record DecoderConfig
{
    /// <summary>Rows of the embedding; may exceed the tokenizer's vocabulary.</summary>
    public required int VocabSize { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width of the SwiGLU's inner layer.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Decoder blocks.</summary>
    public required int NumLayers { get; init; }

    /// <summary>Query heads; divides <see cref="HiddenSize"/>.</summary>
    public required int NumHeads { get; init; }

    /// <summary>Key and value heads; divides <see cref="NumHeads"/>.</summary>
    public required int NumKeyValueHeads { get; init; }

    /// <summary>Base of the rotary angles.</summary>
    public double RopeTheta { get; init; } = 1_000_000;

    /// <summary>Added to the mean square in RMSNorm.</summary>
    public double RmsNormEpsilon { get; init; } = 1e-6;

    /// <summary>The most tokens that prompt and completion may have together.</summary>
    public required int MaxPositions { get; init; }

    /// <summary>Whether the output head is the embedding's transpose.</summary>
    public bool TieWordEmbeddings { get; init; }

    /// <summary>Width of one head.</summary>
    public int HeadSize => HiddenSize / NumHeads;
}
