namespace Cppo.Model.Tokenizer;

/// <summary>
/// Cuts as GPT-2's expression does, which a ByteLevel step with <c>use_regex</c> applies: GPT-2, and after
/// <see cref="DigitCutter"/> SmolLM and SmolLM2.
/// </summary>
internal sealed class Gpt2Cutter : PieceCutter
{
    /// <summary>The expression, as a tokenizer.json that states it has it.</summary>
    public const string Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private Gpt2Cutter() { }

    /// <summary>The only one.</summary>
    public static Gpt2Cutter Instance { get; } = new();

    /// <inheritdoc/>
    /// <remarks>The branches are the expression's alternatives, in its order.</remarks>
    public override int PieceLength(ReadOnlySpan<char> text)
    {
        if (ContractionLength(text) is > 0 and var contraction)
        {
            return contraction;
        }

        int afterSpace = text[0] == ' ' ? 1 : 0;
        var kind = CharacterKinds.At(text, afterSpace, out _);
        if (kind is CharacterKind.Letter or CharacterKind.Number or CharacterKind.Other)
        {
            return CharacterKinds.EndOfRun(text, afterSpace, kind);
        }

        int end = 0;
        while (end < text.Length && CharacterKinds.Of(text[end]) is CharacterKind.Space or CharacterKind.LineBreak)
        {
            end++;
        }

        // The last character of white space goes with what follows.
        return end == text.Length || end == 1 ? end : end - 1;
    }

    /// <summary>The length of 's, 't, 're, 've, 'm, 'll or 'd at the start, in lower case; 0 where there is none.</summary>
    private static int ContractionLength(ReadOnlySpan<char> text) =>
        text switch
        {
            ['\'', 's' or 't' or 'm' or 'd', ..] => 2,
            ['\'', 'r' or 'v', 'e', ..] or ['\'', 'l', 'l', ..] => 3,
            _ => 0,
        };
}
