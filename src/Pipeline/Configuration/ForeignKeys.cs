using System.Diagnostics;
using System.Text;

namespace Cppo.Pipeline.Configuration;

/// <summary>
/// The keys of TRL's and verl's configurations for GRPO, and what they are here: <c>Trl.txt</c> and <c>Verl.txt</c> beside this file, from
/// which docs/coming-from-trl.md has its tables. Underscores and case make no difference.
/// </summary>
internal static class ForeignKeys
{
    /// <summary>The page that explains them.</summary>
    public const string Page = "docs/coming-from-trl.md";

    private const string Below = ".*";
    private const int LongestPath = 200;

    /// <summary>All rows, in the order of the files.</summary>
    public static IReadOnlyList<ForeignKey> All { get; } = [.. Read("TRL", "Trl.txt"), .. Read("verl", "Verl.txt")];

    private static readonly Dictionary<string, ForeignKey> Exact = All.SelectMany(row =>
            row.Names.Where(name => !name.EndsWith(Below, StringComparison.Ordinal)).Select(name => (Name: Normal(name), Row: row))
        )
        .ToDictionary(name => name.Name, name => name.Row);

    private static readonly Dictionary<string, ForeignKey> Prefixes = All.SelectMany(row =>
            row.Names.Where(name => name.EndsWith(Below, StringComparison.Ordinal))
                .Select(name => (Name: Normal(name[..^Below.Length]), Row: row))
        )
        .ToDictionary(name => name.Name, name => name.Row);

    /// <summary>The row of a path, or of the longest part of it that a row stands for; null where it is nobody's.</summary>
    public static ForeignKey? Find(string path) => Find(path, out _);

    /// <summary>As above, with the part of the path that it stands for, without underscores.</summary>
    public static ForeignKey? Find(string path, out string part)
    {
        // Nobody's keys are longer, and the work grows with the length times the dots.
        string name = path.Length > LongestPath ? "" : Normal(path);
        part = name;
        if (Exact.TryGetValue(name, out var row))
        {
            return row;
        }

        for (int end = name.Length; end > 0; end = name.LastIndexOf('.', end - 1))
        {
            if (Prefixes.TryGetValue(name[..end], out row))
            {
                part = name[..end];
                return row;
            }
        }

        return null;
    }

    /// <summary>Whether a path is spelled as that program spells it.</summary>
    public static bool IsSpelledSo(ForeignKey row, string path) =>
        row.Names.Any(name => name == path || (name.EndsWith(Below, StringComparison.Ordinal) && IsAt(path, name[..^Below.Length])));

    /// <summary>Whose section a path names whose members are answered one by one; null where it is none.</summary>
    public static string? OwnerOfSection(string path)
    {
        string start = Normal(path) + ".";
        return Exact.FirstOrDefault(row => row.Key.StartsWith(start, StringComparison.Ordinal)).Value?.Owner;
    }

    /// <summary>A table of a program's rows, in Markdown, part by part.</summary>
    public static IEnumerable<string> Table(string program)
    {
        string heading = "";
        foreach (var row in All.Where(row => row.Owner == program))
        {
            if (row.Heading != heading)
            {
                if (heading.Length > 0)
                {
                    yield return "";
                }

                heading = row.Heading;
                yield return $"### {heading}";
                yield return "";
                yield return "| there | default | here | default | what differs, or what to do instead |";
                yield return "|---|---|---|---|---|";
            }

            string ours = row.Ours.Count == 0 ? "none" : Codes(row.Ours);
            yield return $"| {Codes(row.Names)} | {Code(row.Default)} | {ours} | {Codes(row.OurDefaults.Where(text => text.Length > 0))} "
                + $"| {row.Note} |";
        }
    }

    private static bool IsAt(string path, string section) => path == section || path.StartsWith(section + ".", StringComparison.Ordinal);

    private static string Codes(IEnumerable<string> names) => string.Join("<br>", names.Select(Code));

    private static string Code(string text) => text.Length == 0 ? "" : $"`{text}`";

    private static string Normal(string path) => path.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    private static List<ForeignKey> Read(string program, string file)
    {
        var type = typeof(ForeignKeys);
        string resource = type.Assembly.GetManifestResourceNames().Single(name => name.EndsWith($".{file}", StringComparison.Ordinal));
        using var reader = new StreamReader(type.Assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
        var rows = new List<ForeignKey>();
        string heading = "";
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('['))
            {
                heading = line.Trim('[', ']');
            }
            else if (!line.StartsWith('#'))
            {
                string[] cells = line.Split('|', StringSplitOptions.TrimEntries);
                if (cells.Length is < 3 or > 4)
                {
                    throw new UnreachableException($"{file} has a line with {cells.Length} cells: {line}");
                }

                rows.Add(new(program, heading, Words(cells[0], ' '), cells[1], Words(cells[2], ','), cells.Length == 4 ? cells[3] : ""));
            }
        }

        return rows;
    }

    private static string[] Words(string cell, char separator) =>
        cell.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
