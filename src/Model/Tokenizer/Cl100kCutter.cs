namespace Cppo.Model.Tokenizer;

/// <summary>
/// Cuts as the expression of OpenAI's cl100k vocabulary does, which Llama 3 has as it is (<see cref="Llama3"/>) and Qwen2, Qwen2.5 and
/// Qwen3 with every digit for itself (<see cref="Qwen2"/>).
/// </summary>
internal sealed class Cl100kCutter : PieceCutter
{
    private const string BeforeNumbers = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|";
    private const string AfterNumbers = @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private readonly int maxDigits;

    private Cl100kCutter(string numbers, int maxDigits) => (Pattern, this.maxDigits) = (BeforeNumbers + numbers + AfterNumbers, maxDigits);

    /// <summary>Each digit is a piece.</summary>
    public static Cl100kCutter Qwen2 { get; } = new(@"\p{N}", maxDigits: 1);

    /// <summary>Up to three digits are a piece.</summary>
    public static Cl100kCutter Llama3 { get; } = new(@"\p{N}{1,3}", maxDigits: 3);

    /// <summary>The expression, as tokenizer.json states it.</summary>
    public string Pattern { get; }

    /// <inheritdoc/>
    /// <remarks>The branches are the expression's alternatives, in its order.</remarks>
    public override int PieceLength(ReadOnlySpan<char> text)
    {
        if (ContractionLength(text) is > 0 and var contraction)
        {
            return contraction;
        }

        var first = CharacterKinds.At(text, 0, out int width);
        if (first == CharacterKind.Letter)
        {
            return CharacterKinds.EndOfRun(text, width, CharacterKind.Letter);
        }

        if (first is CharacterKind.Other or CharacterKind.Space && CharacterKinds.At(text, width, out _) == CharacterKind.Letter)
        {
            return CharacterKinds.EndOfRun(text, width, CharacterKind.Letter);
        }

        if (first == CharacterKind.Number)
        {
            return NumberLength(text, width);
        }

        int afterSpace = text[0] == ' ' ? 1 : 0;
        if (afterSpace < text.Length && CharacterKinds.At(text, afterSpace, out _) == CharacterKind.Other)
        {
            int end = CharacterKinds.EndOfRun(text, afterSpace, CharacterKind.Other);
            return CharacterKinds.EndOfRun(text, end, CharacterKind.LineBreak);
        }

        return WhiteSpaceLength(text);
    }

    private int NumberLength(ReadOnlySpan<char> text, int firstWidth)
    {
        int length = firstWidth;
        for (int digits = 1; digits < maxDigits && CharacterKinds.At(text, length, out int width) == CharacterKind.Number; digits++)
        {
            length += width;
        }

        return length;
    }

    /// <summary>White space up to its last line break; without one, all but the last character, which goes with what follows.</summary>
    private static int WhiteSpaceLength(ReadOnlySpan<char> text)
    {
        var (end, afterLineBreak) = (0, 0);
        while (end < text.Length && CharacterKinds.Of(text[end]) is CharacterKind.Space or CharacterKind.LineBreak)
        {
            if (CharacterKinds.Of(text[end++]) == CharacterKind.LineBreak)
            {
                afterLineBreak = end;
            }
        }

        if (afterLineBreak > 0)
        {
            return afterLineBreak;
        }

        return end == text.Length || end == 1 ? end : end - 1;
    }

    /// <summary>The length of 's, 't, 're, 've, 'm, 'll or 'd at the start, in any case; 0 where there is none.</summary>
    private static int ContractionLength(ReadOnlySpan<char> text)
    {
        if (text.Length < 2 || text[0] != '\'')
        {
            return 0;
        }

        // The long s (U+017F) is an s in another case.
        if (text[1] is 's' or 'S' or '\u017F' or 't' or 'T' or 'm' or 'M' or 'd' or 'D')
        {
            return 2;
        }

        if (text.Length < 3)
        {
            return 0;
        }

        return (text[1], text[2]) is ('r' or 'R' or 'v' or 'V', 'e' or 'E') or ('l' or 'L', 'l' or 'L') ? 3 : 0;
    }
}
