namespace Cppo.Model.Tokenizer;

/// <summary>A Digits step with <c>individual_digits</c>: each character of \p{N} is a piece, and so is what stands between two of them.</summary>
internal sealed class DigitCutter : PieceCutter
{
    private DigitCutter()
    {
    }

    /// <summary>The only one.</summary>
    public static DigitCutter Instance { get; } = new();

    /// <inheritdoc/>
    public override int PieceLength(ReadOnlySpan<char> text)
    {
        if (CharacterKinds.At(text, 0, out var length) == CharacterKind.Number)
        {
            return length;
        }

        while (length < text.Length && CharacterKinds.At(text, length, out var width) != CharacterKind.Number)
        {
            length += width;
        }

        return length;
    }
}
