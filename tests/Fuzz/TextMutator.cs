using System.Text;

namespace Cppo.Fuzz;

/// <summary>Changes files of lines: whole lines, their fields, quotes and line ends, or the lines one by one.</summary>
internal static class TextMutator
{
    private static readonly string[] OddTexts =
    [
        "\"",
        "\"\"",
        "\"\n",
        ",",
        ",,,",
        "\r",
        "\r\n",
        "\n\n",
        "\0",
        "\uFEFF",
        " ",
        "\t",
        "a,\"b",
        "\"a\"b\",",
        "\u2028",
        "#version",
        "1e999",
        "\\",
        "{}",
        "null",
        "\u00e9",
        "\U0001F600",
    ];

    /// <summary>Changes of a text whose lines are of fields.</summary>
    /// <param name="draws">Decide them.</param>
    /// <param name="sound">The text.</param>
    /// <param name="separator">Between two fields.</param>
    public static byte[] Mutate(Draws draws, byte[] sound, char separator)
    {
        if (draws.Chance(0.15))
        {
            return BytesMutator.Mutate(draws, sound);
        }

        var lines = Encoding.UTF8.GetString(sound).Split('\n').ToList();
        for (int left = draws.Few(); left > 0 && lines.Count > 0; left--)
        {
            Change(draws, lines, separator);
        }

        byte[] text = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        return draws.Chance(0.05) ? BytesMutator.Mutate(draws, text) : text;
    }

    /// <summary>Changes of lines of JSON: a few of them as JSON, or the lines as such.</summary>
    /// <param name="draws">Decide them.</param>
    /// <param name="sound">The text.</param>
    /// <param name="mutators">Of each of its lines.</param>
    public static byte[] MutateJsonLines(Draws draws, byte[] sound, JsonMutator[] mutators)
    {
        if (draws.Chance(0.2))
        {
            return Mutate(draws, sound, ',');
        }

        var lines = Encoding.UTF8.GetString(sound).Split('\n').ToList();
        for (int left = draws.Few(); left > 0; left--)
        {
            int at = draws.Int(mutators.Length);
            lines[at] = Encoding.UTF8.GetString(mutators[at].Mutate(draws)).Replace('\n', ' ');
        }

        return Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }

    private static void Change(Draws draws, List<string> lines, char separator)
    {
        // The first line is a header, or the version.
        int at = draws.Chance(0.3) ? 0 : draws.Int(lines.Count);
        string line = lines[at];
        var fields = line.Split(separator).ToList();
        switch (draws.Int(9))
        {
            case 0:
                lines.RemoveAt(at);
                break;
            case 1:
                lines.Insert(draws.Int(lines.Count + 1), line);
                break;
            case 2:
                fields.RemoveAt(draws.Int(fields.Count));
                lines[at] = string.Join(separator, fields);
                break;
            case 3:
                fields.Insert(draws.Int(fields.Count + 1), draws.Pick(fields));
                lines[at] = string.Join(separator, fields);
                break;
            case 4:
                (lines[at], lines[0]) = (lines[0], lines[at]);
                break;
            case 5 when draws.Chance(0.05):
                lines[at] = line + new string(draws.Chance(0.5) ? separator : '"', 1 << 17);
                break;
            case 6:
                fields[draws.Int(fields.Count)] = draws.Pick(OddTexts);
                lines[at] = string.Join(separator, fields);
                break;
            default:
                lines[at] = line.Insert(draws.Int(line.Length + 1), draws.Pick(OddTexts));
                break;
        }
    }
}
