namespace Cppo.Pipeline.Files;

/// <summary>A table in Markdown, padded so that it also reads as plain text: the first column flush left, others right.</summary>
internal sealed class MarkdownTable(params string[] header)
{
    private readonly List<string[]> rows =
    [
        [.. header.Select(Escape)],
    ];

    /// <summary>Adds a row with a cell for each column.</summary>
    public void Add(params string[] cells) => rows.Add([.. cells.Select(Escape)]);

    /// <summary>The lines.</summary>
    public IEnumerable<string> Lines()
    {
        int[] widths = [.. header.Select((_, column) => Math.Max(3, rows.Max(row => row[column].Length)))];
        yield return Line(rows[0], widths);
        yield return "|"
            + string.Concat(
                widths.Select((width, column) => column == 0 ? $" {new string('-', width)} |" : $" {new string('-', width - 1)}: |")
            );
        foreach (string[] row in rows.Skip(1))
        {
            yield return Line(row, widths);
        }
    }

    private static string Line(string[] row, int[] widths) =>
        "|"
        + string.Concat(
            row.Select((cell, column) => column == 0 ? $" {cell.PadRight(widths[column])} |" : $" {cell.PadLeft(widths[column])} |")
        );

    /// <summary>What would end a cell, or begin markup, stands for itself.</summary>
    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("|", "\\|", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .ReplaceLineEndings(" ");
}
