namespace Cppo.Model.Tokenizer;

/// <summary>One step of a pre-tokenizer: it cuts a text into pieces from the left. Has no state.</summary>
internal abstract class PieceCutter
{
    /// <summary>The UTF-16 length of the first piece of a text that is not empty; at least 1.</summary>
    public abstract int PieceLength(ReadOnlySpan<char> text);
}
