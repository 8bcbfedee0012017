using Cppo.Model.Tokenizer;

namespace Cppo.Pipeline.Evaluation;

/// <summary>
/// The text of a completion while it is made: a character of several bytes may lie in several tokens, and is held back until it is whole.
/// The parts together are the text of all tokens.
/// </summary>
internal sealed class TokenText(ITokenizer tokenizer)
{
    private const char NotWhole = '\uFFFD';
    private readonly List<int> held = [];

    /// <summary>The text that a further token makes whole; may be empty.</summary>
    public string Add(int tokenId)
    {
        held.Add(tokenId);
        string text = Held();
        if (text.EndsWith(NotWhole))
        {
            return "";
        }

        held.Clear();
        return text;
    }

    /// <summary>What is left at the end.</summary>
    public string Rest()
    {
        string text = Held();
        held.Clear();
        return text;
    }

    private string Held() => tokenizer.Decode(held.ToArray());
}
