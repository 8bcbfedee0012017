namespace Cppo.Pipeline.Evaluation;

/// <summary>A table in plain text: the first column flush left, the others flush right, two spaces between.</summary>
internal sealed class TextTable(params string[] header)
{
    private readonly List<string[]> rows = [header];

    /// <summary>Adds a row; cells that are missing at its end are empty.</summary>
    public void Add(params string[] cells) => rows.Add(cells);

    /// <summary>The lines, without spaces at their ends.</summary>
    public IEnumerable<string> Lines()
    {
        int[] widths = [.. Enumerable.Range(0, rows.Max(row => row.Length)).Select(column => rows.Max(row => Cell(row, column).Length))];
        return rows.Select(row =>
            string.Join(
                    "  ",
                    widths.Select((width, column) => column == 0 ? Cell(row, column).PadRight(width) : Cell(row, column).PadLeft(width))
                )
                .TrimEnd()
        );
    }

    private static string Cell(string[] row, int column) => column < row.Length ? row[column] : "";
}
