using System.Globalization;
using System.Text;
using Spectre.Console.Rendering;

namespace Cppo.Pipeline.Files;

/// <summary>
/// Text on its way to a terminal or a log, which would obey the codes in it: a model's, a dataset's, a server's, a file's name. What would
/// be obeyed is shown as JSON writes it, as <c>\u001b</c>.
/// </summary>
internal static class TerminalText
{
    /// <summary>
    /// Control characters of C0, DEL and C1 are escaped, and so are marks that turn the direction of writing, separators of lines and
    /// paragraphs, and halves of surrogate pairs. Line feeds, also after a carriage return, and tabs stay.
    /// </summary>
    public static string Escaped(string text)
    {
        if (!text.Any(c => IsCode(c) || char.IsSurrogate(c)))
        {
            return text;
        }

        var shown = new StringBuilder(text.Length + 16);
        for (int i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && (char.IsSurrogatePair(text[i], text[i + 1]) || text.AsSpan(i, 2) is "\r\n"))
            {
                shown.Append(text, i++, 2);
            }
            else if (IsCode(text[i]) || char.IsSurrogate(text[i]))
            {
                shown.Append(Escape(text[i]));
            }
            else
            {
                shown.Append(text[i]);
            }
        }

        return shown.ToString();
    }

    /// <summary>As above a line of its own, whose cells may be counted: a tab is a space, a line feed <c>\n</c>.</summary>
    public static string Line(string text)
    {
        string shown = Escaped(text.Replace("\r\n", "\n", StringComparison.Ordinal));
        return shown.Replace('\t', ' ').Replace("\n", "\\n", StringComparison.Ordinal);
    }

    /// <summary>Whether a terminal may obey the character.</summary>
    public static bool IsCode(char c) =>
        c is not ('\n' or '\t')
        && (char.IsControl(c) || c is '\u061C' or '\u200E' or '\u200F' or (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069'));

    /// <summary>The character as JSON writes it.</summary>
    public static string Escape(char c) => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");

    /// <summary>Cells that a text without control characters takes; East Asian characters take two.</summary>
    public static int Cells(string text) => text.Length == 0 ? 0 : new Segment(text).CellCount();

    /// <summary>
    /// The text in lines of at most <paramref name="width"/> cells, cut at spaces where there are any. Words that are longer than a line
    /// are cut anywhere, or stay whole on a line of their own.
    /// </summary>
    public static IEnumerable<string> Wrap(string text, int width, bool cutsWords)
    {
        string words = text.TrimStart(' ');
        int cells = text.Length - words.Length;
        var line = new StringBuilder().Append(' ', cells);
        bool hasWord = false;
        foreach (string word in words.Split(' ').SelectMany(word => cutsWords ? Cut(word, width) : [word]))
        {
            int more = Cells(word);
            if (cells + (hasWord ? 1 : 0) + more > width)
            {
                if (hasWord)
                {
                    yield return line.ToString().TrimEnd();
                }

                line.Clear();
                (cells, hasWord) = (0, false);
            }

            if (hasWord)
            {
                line.Append(' ');
                cells++;
            }

            line.Append(word);
            cells += more;
            hasWord = true;
        }

        yield return line.ToString().TrimEnd();
    }

    private static IEnumerable<string> Cut(string word, int width)
    {
        if (Cells(word) <= width)
        {
            yield return word;
            yield break;
        }

        var part = new StringBuilder();
        int cells = 0;
        foreach (var rune in word.EnumerateRunes())
        {
            int more = Cells(rune.ToString());
            if (part.Length > 0 && cells + more > width)
            {
                yield return part.ToString();
                part.Clear();
                cells = 0;
            }

            part.Append(rune);
            cells += more;
        }

        yield return part.ToString();
    }
}
