using Cppo.Model.Tokenizer;

namespace Cppo.Pipeline.Browse;

/// <summary>The texts of tokens one by one, special ones too. Together they are the text of all.</summary>
internal static class TokenPieces
{
    private const char NotWhole = '\uFFFD';

    /// <summary>Bytes of a character in UTF-8 at most, each of which may be a token.</summary>
    private const int MostTokensOfACharacter = 4;

    /// <summary>A character of several tokens is the piece of the last one, and the others are empty.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is none of the tokenizer's.</exception>
    public static string[] Of(ITokenizer tokenizer, ReadOnlySpan<int> ids)
    {
        string[] pieces = new string[ids.Length];
        int from = 0;
        for (int i = 0; i < ids.Length; i++)
        {
            string text = tokenizer.Decode(ids[from..(i + 1)], skipSpecialTokens: false);
            bool isHeld = text.EndsWith(NotWhole) && i + 1 - from < MostTokensOfACharacter && i + 1 < ids.Length;
            pieces[i] = isHeld ? "" : text;
            from = isHeld ? from : i + 1;
        }

        return pieces;
    }
}
