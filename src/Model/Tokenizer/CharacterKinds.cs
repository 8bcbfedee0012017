using System.Globalization;

namespace Cppo.Model.Tokenizer;

/// <summary>What the expressions of pre-tokenizers tell apart: \p{L}, \p{N}, [\r\n], the rest of \s, and everything else.</summary>
internal enum CharacterKind : byte
{
    Other,
    Letter,
    Number,
    LineBreak,
    Space,
}

/// <summary>
/// kinds of code points. .NET's own regular expressions see UTF-16 units where Rust's see code points: to them letters beyond U+FFFF
/// would be no letters. This is why the expressions are written out by hand.
/// </summary>
internal static class CharacterKinds
{
    private static readonly CharacterKind[] Kinds = [.. Enumerable.Range(0, 0x10000).Select(Classify)];

    /// <summary>
    /// The kind of the code point at an index, and its width in UTF-16 units; beyond the end a line break, which ends runs.
    /// </summary>
    public static CharacterKind At(ReadOnlySpan<char> text, int index, out int width)
    {
        width = 1;
        if (index >= text.Length)
        {
            return CharacterKind.LineBreak;
        }

        if (!char.IsHighSurrogate(text[index]) || index + 1 == text.Length || !char.IsLowSurrogate(text[index + 1]))
        {
            return Kinds[text[index]];
        }

        width = 2;
        return Of(CharUnicodeInfo.GetUnicodeCategory(char.ConvertToUtf32(text[index], text[index + 1])));
    }

    /// <summary>The kind of a UTF-16 unit; all white space is one unit wide.</summary>
    public static CharacterKind Of(char unit) => Kinds[unit];

    /// <summary>Where a run of one kind ends.</summary>
    public static int EndOfRun(ReadOnlySpan<char> text, int start, CharacterKind kind)
    {
        int end = start;
        while (end < text.Length && At(text, end, out int width) == kind)
        {
            end += width;
        }

        return end;
    }

    private static CharacterKind Classify(int unit) =>
        (char)unit switch
        {
            '\r' or '\n' => CharacterKind.LineBreak,
            var c when char.IsWhiteSpace(c) => CharacterKind.Space,
            var c => Of(CharUnicodeInfo.GetUnicodeCategory(c)),
        };

    private static CharacterKind Of(UnicodeCategory category) =>
        category switch
        {
            <= UnicodeCategory.OtherLetter => CharacterKind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => CharacterKind.Number,
            _ => CharacterKind.Other,
        };
}
