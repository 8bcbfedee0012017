namespace Cppo.Model.Tokenizer;

/// <summary>
/// The added tokens of Qwen2.5, for directories that hold its <c>vocab.json</c> and <c>merges.txt</c> alone. They follow the vocabulary's
/// ids in this order; the later ones are no special tokens: decoding never skips them.
/// </summary>
internal static class Qwen25AddedTokens
{
    /// <summary>Tokens of the vocabulary without the added ones; no other published model has as many.</summary>
    public const int BaseVocabSize = 151_643;

    private static readonly string[] Special =
    [
        "<|endoftext|>",
        "<|im_start|>",
        "<|im_end|>",
        "<|object_ref_start|>",
        "<|object_ref_end|>",
        "<|box_start|>",
        "<|box_end|>",
        "<|quad_start|>",
        "<|quad_end|>",
        "<|vision_start|>",
        "<|vision_end|>",
        "<|vision_pad|>",
        "<|image_pad|>",
        "<|video_pad|>",
    ];

    private static readonly string[] Ordinary =
    [
        "<tool_call>",
        "</tool_call>",
        "<|fim_prefix|>",
        "<|fim_middle|>",
        "<|fim_suffix|>",
        "<|fim_pad|>",
        "<|repo_name|>",
        "<|file_sep|>",
    ];

    /// <summary>All of them, with their ids.</summary>
    public static List<AddedToken> Create() =>
        [.. Special.Concat(Ordinary).Select((content, i) => new AddedToken(BaseVocabSize + i, content, Special: i < Special.Length))];
}
