using System.Text.Json.Nodes;
using Cppo.Pipeline.Data;

namespace Cppo.Pipeline.Cli;

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

/// <summary>Opens files of completions: JSON Lines, or Parquet where the name ends in <c>.parquet</c>.</summary>
internal static class CompletionFile
{
    /// <summary>Opens a file that has two columns at least.</summary>
    /// <param name="path">The file.</param>
    /// <param name="required">The columns that are needed, each with the option that names it; of JSON Lines they are looked for row by row.</param>
    /// <param name="notice">Takes a sentence about columns that are left out.</param>
    /// <param name="stop">Stops the reading.</param>
    /// <exception cref="UsageException">The file is missing or unreadable, or lacks a column.</exception>
    /// <exception cref="DataException">It is no Parquet file.</exception>
    public static ICompletionFile Open(string path, IReadOnlyList<(string Column, string Option)> required, Action<string> notice, CancellationToken stop)
    {
        LineFile.RequireReadable(path);
        return IsParquet(path) ? ParquetCompletions.Open(path, required, notice, stop) : new JsonLinesCompletions(path);
    }

    /// <summary>Whether a file of this name is Parquet.</summary>
    public static bool IsParquet(string path) => path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase);
}
