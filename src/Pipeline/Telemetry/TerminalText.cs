using System.Text;
using Spectre.Console.Rendering;

namespace Cppo.Pipeline.Telemetry;

/// <summary>Text in the cells of a terminal.</summary>
internal static class TerminalText
{
    /// <summary>Cells that a text without control characters takes; East Asian characters take two.</summary>
    public static int Cells(string text) => text.Length == 0 ? 0 : new Segment(text).CellCount();

    /// <summary>The text with a replacement character for each control character, so that nothing of it can steer the terminal.</summary>
    public static string WithoutControls(string text) =>
        text.Any(char.IsControl)
            ? string.Concat(
                text.Select(c =>
                    c == '\t' ? ' '
                    : char.IsControl(c) ? '\uFFFD'
                    : c
                )
            )
            : text;

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
