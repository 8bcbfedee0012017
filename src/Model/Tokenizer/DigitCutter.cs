namespace Cppo.Model.Tokenizer;

/// <summary>
/// A Digits step with <c>individual_digits</c>: each number character is a piece, and so is what stands between two of them. What is
/// a number is said by Rust's standard library here, not by an expression; it knows a Unicode that is newer than .NET's.
/// </summary>
internal sealed class DigitCutter : PieceCutter
{
    private DigitCutter() { }

    /// <summary>The only one.</summary>
    public static DigitCutter Instance { get; } = new();

    /// <inheritdoc/>
    public override int PieceLength(ReadOnlySpan<char> text)
    {
        if (IsNumber(text, 0, out int length))
        {
            return length;
        }

        while (length < text.Length && !IsNumber(text, length, out int width))
        {
            length += width;
        }

        return length;
    }

    private static bool IsNumber(ReadOnlySpan<char> text, int index, out int width) =>
        CharacterKinds.At(text, index, out width) == CharacterKind.Number
        || (width == 2 && char.ConvertToUtf32(text[index], text[index + 1]) is (>= 0x11DE0 and <= 0x11DE9) or (>= 0x16FF4 and <= 0x16FF6));
}
