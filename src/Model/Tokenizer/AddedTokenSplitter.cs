using System.Buffers;

namespace Cppo.Model.Tokenizer;

/// <summary>
/// Finds added tokens in a text: the leftmost first, of several at one place the longest. The package's own special tokens do not serve:
/// beside a pre-tokenizer of ours it takes only whole pieces for them, and only after the text was normalised, where
/// <c>&lt;|im_end|&gt;</c> before U+0338 has become another text.
/// </summary>
internal sealed class AddedTokenSplitter
{
    private readonly Dictionary<char, AddedToken[]> byFirstChar;
    private readonly SearchValues<char> firstChars;

    public AddedTokenSplitter(IEnumerable<AddedToken> tokens)
    {
        byFirstChar = tokens
            .GroupBy(token => token.Content[0])
            .ToDictionary(group => group.Key, group => group.OrderByDescending(token => token.Content.Length).ToArray());
        firstChars = SearchValues.Create([.. byFirstChar.Keys]);
    }

    /// <summary>The text's segments in order: an added token, or the text between two of them with a null token; none is empty.</summary>
    public IEnumerable<(string Text, AddedToken? Token)> Split(string text)
    {
        int start = 0;
        for (int at = Next(text, 0); at >= 0; )
        {
            if (TokenAt(text, at) is not { } token)
            {
                at = Next(text, at + 1);
                continue;
            }

            if (at > start)
            {
                yield return (text[start..at], null);
            }

            yield return (token.Content, token);
            start = at + token.Content.Length;
            at = Next(text, start);
        }

        if (start == 0 && text.Length > 0)
        {
            yield return (text, null);
        }
        else if (start < text.Length)
        {
            yield return (text[start..], null);
        }
    }

    private int Next(string text, int from)
    {
        int offset = text.AsSpan(from).IndexOfAny(firstChars);
        return offset < 0 ? -1 : from + offset;
    }

    private AddedToken? TokenAt(string text, int at)
    {
        foreach (var token in byFirstChar[text[at]])
        {
            if (text.AsSpan(at).StartsWith(token.Content, StringComparison.Ordinal))
            {
                return token;
            }
        }

        return null;
    }
}
