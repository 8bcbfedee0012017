using System.Text;

namespace Cppo.Pipeline.Tests.Architecture;

/// <summary>A file's code without comments and texts. What an interpolated text computes is code and stays.</summary>
internal sealed class SourceCode
{
    private readonly StringBuilder code = new();
    private readonly string text;
    private readonly bool isFSharp;
    private int at;

    private SourceCode(string text, bool isFSharp) => (this.text, this.isFSharp) = (text, isFSharp);

    /// <summary>The code of a file of C# or F#; lines stay lines.</summary>
    public static string Of(string text, bool isFSharp)
    {
        var source = new SourceCode(text, isFSharp);
        source.CopyCode(isHole: false);
        return source.code.ToString();
    }

    /// <summary>Copies code up to the end, or up to the brace that closes a hole of an interpolated text.</summary>
    private void CopyCode(bool isHole)
    {
        int depth = 0;
        while (at < text.Length)
        {
            if (Starts("//"))
            {
                SkipTo("\n", after: false);
            }
            else if (isFSharp ? Starts("(*") && !Starts("(*)") : Starts("/*"))
            {
                SkipTo(isFSharp ? "*)" : "*/", after: true);
            }
            else if (text[at] == '\'')
            {
                SkipCharacter();
            }
            else if (TextStart() is var (prefix, quotes) && quotes > 0)
            {
                SkipText(prefix, quotes);
            }
            else if (isHole && text[at] == '}' && depth == 0)
            {
                at++;
                code.Append(' ');
                return;
            }
            else
            {
                depth +=
                    text[at] == '{' ? 1
                    : text[at] == '}' ? -1
                    : 0;
                code.Append(text[at++]);
            }
        }
    }

    /// <summary>The signs before a text that begins here, and its quotes; no quotes where none begins.</summary>
    private (string Prefix, int Quotes) TextStart()
    {
        int start = at;
        while (start < text.Length && text[start] is '$' or '@')
        {
            start++;
        }

        return (text[at..start], Run('"', start));
    }

    private void SkipText(string prefix, int quotes)
    {
        bool isVerbatim = prefix.Contains('@', StringComparison.Ordinal),
            isRaw = quotes >= 3 && !isVerbatim;
        int dollars = prefix.Count(sign => sign == '$');
        if (quotes == 2 && !isVerbatim)
        {
            at += prefix.Length + 2;
            return;
        }

        int fence = isRaw ? quotes : 1;
        at += prefix.Length + fence;
        code.Append(' ');
        while (at < text.Length)
        {
            int braces = dollars > 0 ? Run('{', at) : 0;
            if (Run('"', at) is var run && run >= fence)
            {
                if (!isVerbatim || run % 2 == 1)
                {
                    at += isVerbatim ? run : fence;
                    return;
                }

                at += run;
            }
            else if (isRaw ? braces >= dollars && braces > 0 : braces % 2 == 1)
            {
                at += braces;
                CopyCode(isHole: true);
                at += isRaw ? dollars - 1 : 0;
            }
            else
            {
                at +=
                    braces > 0 ? braces
                    : text[at] == '\\' && !isVerbatim && !isRaw ? 2
                    : 1;
            }
        }
    }

    /// <summary>A character, or in F# the prime of a name or a type's parameter, which is left out.</summary>
    private void SkipCharacter()
    {
        int end = at + 1 < text.Length && text[at + 1] == '\\' ? text.IndexOf('\'', Math.Min(at + 3, text.Length)) : at + 2;
        at = end > at && end < text.Length && text[end] == '\'' ? end + 1 : at + 1;
    }

    private bool Starts(string sign) => string.CompareOrdinal(text, at, sign, 0, sign.Length) == 0;

    private int Run(char sign, int start)
    {
        int end = start;
        while (end < text.Length && text[end] == sign)
        {
            end++;
        }

        return end - start;
    }

    private void SkipTo(string end, bool after)
    {
        int found = text.IndexOf(end, at, StringComparison.Ordinal);
        int next = found < 0 ? text.Length : found + (after ? end.Length : 0);
        code.Append('\n', text.AsSpan(at, next - at).Count('\n'));
        at = next;
    }
}
