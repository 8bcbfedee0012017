using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cppo.Model.Tokenizer;

/// <summary>
/// Jinja templates compared as texts. Two templates with the same canonical form render the same: only what never reaches the output
/// is taken away, with transformers' settings (<c>trim_blocks</c>, <c>lstrip_blocks</c>): comments, white space that tags strip, white
/// space in tags, the kind of quotes.
/// </summary>
internal static class JinjaText
{
    /// <summary>The canonical form: a line for each text, output (<c>{</c>) and block (<c>%</c>).</summary>
    public static string Canonical(string template)
    {
        string source = template.ReplaceLineEndings("\n");
        source = source.EndsWith('\n') ? source[..^1] : source;
        var lines = new StringBuilder("\n");
        var (at, strips, trimsLine) = (0, false, false);
        while (true)
        {
            int open = NextTag(source, at);
            string text = open < 0 ? source[at..] : source[at..open];
            text =
                strips ? text.TrimStart()
                : trimsLine && text.StartsWith('\n') ? text[1..]
                : text;
            if (open >= 0)
            {
                text = BeforeTag(source, at, open, text);
            }

            if (text.Length > 0)
            {
                lines.Append('\'').Append(Escape(text)).Append("'\n");
            }

            if (open < 0)
            {
                return lines.ToString();
            }

            char kind = source[open + 1];
            int close = EndOfTag(source, open + 2, kind);
            if (close < 0)
            {
                return lines.Append(source, open, source.Length - open).ToString();
            }

            string code = source[(open + 2)..close];
            (strips, trimsLine) = (code.EndsWith('-'), kind != '{' && !code.EndsWith('+'));
            code = code.TrimStart('-', '+').TrimEnd('-', '+');
            if (kind != '#')
            {
                lines.Append(kind).Append(CanonicalCode(code)).Append('\n');
            }

            at = close + 2;
        }
    }

    /// <summary>SHA-256 as hexadecimal digits.</summary>
    public static string Digest(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>A text as between the quotes of a literal.</summary>
    public static string Escape(string text)
    {
        var literal = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            literal.Append(
                c switch
                {
                    '\\' => @"\\",
                    '\'' => @"\'",
                    '\n' => @"\n",
                    '\t' => @"\t",
                    // What ends a line for some reader would not stay what it is in a template's text.
                    < ' ' or '\u007F' or '\u0085' or '\u2028' or '\u2029' => $"\\u{(int)c:x4}",
                    _ => c.ToString(),
                }
            );
        }

        return literal.ToString();
    }

    /// <summary>The text of a literal that <see cref="Escape"/> wrote; null where it has an escape of another kind.</summary>
    public static string? Unescape(string literal)
    {
        var text = new StringBuilder();
        for (int i = 0; i < literal.Length; i++)
        {
            if (literal[i] != '\\')
            {
                text.Append(literal[i]);
                continue;
            }

            i++;
            if (
                i < literal.Length
                && literal[i] == 'u'
                && i + 4 < literal.Length
                && ushort.TryParse(literal.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code)
            )
            {
                text.Append((char)code);
                i += 4;
                continue;
            }

            if (i == literal.Length || literal[i] is not ('\\' or '\'' or 'n' or 't'))
            {
                return null;
            }

            text.Append(
                literal[i] switch
                {
                    'n' => '\n',
                    't' => '\t',
                    var other => other,
                }
            );
        }

        return text.ToString();
    }

    /// <summary>The text before a tag without the white space that the tag strips.</summary>
    private static string BeforeTag(string source, int start, int open, string text)
    {
        char sign = open + 2 < source.Length ? source[open + 2] : ' ';
        if (sign == '-')
        {
            return text.TrimEnd();
        }

        if (sign == '+' || source[open + 1] == '{')
        {
            return text;
        }

        // A block or comment strips its indentation where nothing else stands before it in its line.
        int lineStart = open == 0 ? 0 : source.LastIndexOf('\n', open - 1) + 1;
        return lineStart >= start && source.AsSpan(lineStart, open - lineStart).Trim(" \t").IsEmpty ? text.TrimEnd(' ', '\t') : text;
    }

    private static int NextTag(string source, int from)
    {
        for (int at = source.IndexOf('{', from); at >= 0 && at + 1 < source.Length; at = source.IndexOf('{', at + 1))
        {
            if (source[at + 1] is '{' or '%' or '#')
            {
                return at;
            }
        }

        return -1;
    }

    /// <summary>Where the tag's closing signs begin, outside any literal; -1 where it has none.</summary>
    private static int EndOfTag(string source, int from, char kind)
    {
        char closing = kind == '{' ? '}' : kind;
        for (int at = from; at + 1 < source.Length; at++)
        {
            if (source[at] == closing && source[at + 1] == '}')
            {
                return at;
            }

            if (kind != '#' && source[at] is '\'' or '"')
            {
                at = EndOfLiteral(source, at);
            }
        }

        return -1;
    }

    /// <summary>The index of a literal's closing quote, or the text's end.</summary>
    private static int EndOfLiteral(string text, int quote)
    {
        int at = quote + 1;
        while (at < text.Length && text[at] != text[quote])
        {
            at += text[at] == '\\' ? 2 : 1;
        }

        return at;
    }

    /// <summary>Words, signs and literals without the space between them; words that would join keep one.</summary>
    private static string CanonicalCode(string code)
    {
        var canonical = new StringBuilder();
        for (int at = 0; at < code.Length; at++)
        {
            if (code[at] is '\'' or '"')
            {
                int end = Math.Min(EndOfLiteral(code, at), code.Length - 1);
                canonical.Append('\'').Append(CanonicalLiteral(code.AsSpan(at + 1, end - at - 1))).Append('\'');
                at = end;
            }
            else if (!char.IsWhiteSpace(code[at]))
            {
                canonical.Append(code[at]);
            }
            else if (canonical.Length > 0 && at + 1 < code.Length && IsWord(canonical[^1]) && IsWord(code[at + 1]))
            {
                canonical.Append(' ');
            }
        }

        return canonical.ToString();

        static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';
    }

    /// <summary>A literal's inside as <see cref="Escape"/> writes it; escapes of other kinds stay as they are.</summary>
    private static string CanonicalLiteral(ReadOnlySpan<char> inside)
    {
        var canonical = new StringBuilder();
        for (int i = 0; i < inside.Length; i++)
        {
            if (inside[i] != '\\' || i + 1 == inside.Length)
            {
                canonical.Append(Escape(inside[i].ToString()));
                continue;
            }

            i++;
            canonical.Append(inside[i] == '"' ? "\"" : $"\\{inside[i]}");
        }

        return canonical.ToString();
    }
}
