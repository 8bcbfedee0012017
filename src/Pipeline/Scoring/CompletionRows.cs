using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Scoring;

/// <summary>A row of completions that were made elsewhere.</summary>
/// <param name="Number">The line of a text file, the row of a Parquet file, from 1.</param>
/// <param name="Place">Where a person finds it: <c>out.jsonl:12</c>.</param>
/// <param name="Columns">Null where the row cannot be read.</param>
/// <param name="Fault">Then, what is wrong with it.</param>
internal sealed record CompletionRow(long Number, string Place, JsonObject? Columns, string Fault = "");

/// <summary>A row as it was read.</summary>
/// <param name="Bytes">What it takes in memory, roughly.</param>
/// <param name="Parse">Makes a row of it, on any thread.</param>
internal readonly record struct RawRow(int Bytes, Func<CompletionRow> Parse);

/// <summary>A file of completions, which may be read several times.</summary>
internal interface ICompletionFile
{
    /// <summary>The rows, read as they are needed.</summary>
    IEnumerable<RawRow> Rows(CancellationToken stop);

    /// <summary>The columns that a table of all its rows has; JSON Lines are read through for it.</summary>
    IReadOnlyList<TableColumn> Columns(CancellationToken stop);
}

/// <summary>Opens and writes files of completions: JSON Lines, or Parquet where the name ends in <c>.parquet</c>.</summary>
internal static class CompletionRows
{
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Opens a file that has two columns at least.</summary>
    /// <param name="path">The file.</param>
    /// <param name="required">The columns that are needed, each with the option that names it; of JSON Lines they are looked for row by
    /// row.</param>
    /// <param name="notice">Takes a sentence about columns that are left out.</param>
    /// <param name="stop">Stops the reading.</param>
    /// <exception cref="UsageException">The file is missing or unreadable, or lacks a column.</exception>
    /// <exception cref="DataException">It is no Parquet file.</exception>
    public static ICompletionFile Open(
        string path,
        IReadOnlyList<(string Column, string Option)> required,
        Action<string> notice,
        CancellationToken stop
    )
    {
        LineFile.RequireReadable(path);
        if (path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException($"{path}: completions are read from JSON Lines or Parquet; convert it.");
        }

        return IsParquet(path) ? ParquetCompletions.Open(path, required, notice, stop) : new JsonLinesCompletions(path);
    }

    /// <summary>Writes rows to a file that appears when it is complete, or to <paramref name="output"/> where none is named.</summary>
    /// <exception cref="UsageException">It cannot be written, or has no row and would be Parquet.</exception>
    public static void Write(string? target, TextWriter output, IEnumerable<JsonObject> rows, CancellationToken stop)
    {
        if (target is null || !IsParquet(target))
        {
            LineFile.Write(target, output, rows.Select(ToLine));
            return;
        }

        JsonObject[] all = [.. rows];
        if (all.Length == 0)
        {
            throw new UsageException("There is no row to write, so the Parquet file would have no columns.");
        }

        var columns = new TableColumns();
        foreach (var (name, value) in all.SelectMany(row => row))
        {
            columns.Add(name, KindOf(value));
        }

        LineFile.WriteWhole(
            target,
            output => ParquetTable.WriteAsync(output, columns.All, all.Select(row => new TableRow(row, 0)), stop).GetAwaiter().GetResult()
        );
    }

    /// <summary>A row as a line of JSON.</summary>
    public static string ToLine(JsonObject row) => row.ToJsonString(OneLine);

    /// <summary>Whether a file of this name is Parquet.</summary>
    public static bool IsParquet(string path) => path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase);

    private static ColumnKind? KindOf(JsonNode? value) =>
        value?.GetValueKind() switch
        {
            null => null,
            JsonValueKind.True or JsonValueKind.False => ColumnKind.Boolean,
            JsonValueKind.Number => value.AsValue().TryGetValue<long>(out _) || value.AsValue().TryGetValue<int>(out _)
                ? ColumnKind.Integer
                : ColumnKind.Number,
            _ => ColumnKind.Text,
        };
}
