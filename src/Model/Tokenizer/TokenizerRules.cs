namespace Cppo.Model.Tokenizer;

/// <summary>What tokenizer.json states beside vocabulary, merges and added tokens.</summary>
internal sealed record TokenizerRules
{
    /// <summary>Those of Qwen2, Qwen2.5 and Qwen3, and of the tokenizers that are trained here.</summary>
    public static TokenizerRules Qwen2 { get; } = new() { Cutters = [Cl100kCutter.Qwen2], UsesNfc = true };

    /// <summary>The pre-tokenizer's steps.</summary>
    public required IReadOnlyList<PieceCutter> Cutters { get; init; }

    /// <summary>Whether the text is brought to Unicode normalization form C.</summary>
    public bool UsesNfc { get; init; }

    /// <summary>Whether a piece that is a token as a whole is that token, even where merging its bytes would not make it.</summary>
    public bool IgnoresMerges { get; init; }

    /// <summary>The ids that the post-processor puts before a text.</summary>
    public IReadOnlyList<int> BeginningIds { get; init; } = [];
}
