using System.Text;
using Spectre.Console.Rendering;

namespace Cppo.Pipeline.Files;

/// <summary>Others' text, such as a model's, on its way to a terminal, which would obey the codes in it; and text in cells.</summary>
internal static class TerminalText
{
    private const char Shown = '\uFFFD';

    /// <summary>The text as it is where it is piped on; for a terminal with a sign in the place of each control character.</summary>
    /// <param name="text">What a model wrote.</param>
    /// <param name="output">Where it goes.</param>
    public static string For(string text, TextWriter output) =>
        ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected ? WithoutCodes(text) : text;

    /// <summary>A line of a display, whose cells are counted: as <see cref="For"/> a terminal, but a tab is a space.</summary>
    public static string Line(string text) => WithoutCodes(text).Replace('\t', ' ').Replace('\n', Shown);

    /// <summary>Cells that a text without control characters takes; East Asian characters take two.</summary>
    public static int Cells(string text) => text.Length == 0 ? 0 : new Segment(text).CellCount();

    /// <summary>Line feeds and tabs stay.</summary>
    internal static string WithoutCodes(string text) => text.Any(IsCode) ? string.Concat(text.Select(c => IsCode(c) ? Shown : c)) : text;

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

    private static bool IsCode(char c) => char.IsControl(c) && c is not ('\n' or '\t');

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
