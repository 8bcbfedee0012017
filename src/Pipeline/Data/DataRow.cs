using Cppo.Stages;

namespace Cppo.Pipeline.Data;

/// <summary>One row of a dataset.</summary>
/// <param name="Number">From 1, headers and empty lines not counted.</param>
/// <param name="Place">Where a person finds it: <c>train.csv, line 12</c>.</param>
/// <param name="Values">The texts of the columns that were asked for, in that order; null where the row has none. Numbers are written
/// as the file has them, or in invariant culture. Of a chat it is the text of its last turn.</param>
/// <param name="Line">The line where it begins, from 1; in a Parquet file its number.</param>
internal sealed record DataRow(long Number, string Place, string?[] Values, long Line)
{
    /// <summary>The turns before the last one of a chat in the first column.</summary>
    public Turn[] Earlier { get; init; } = [];
}
