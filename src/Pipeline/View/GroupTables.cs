using System.Globalization;
using Cppo.Pipeline.Files;
using DuckDB.NET.Data;

namespace Cppo.Pipeline.View;

/// <summary>A Parquet file in the index.</summary>
/// <param name="Number">In the tables; another one for each version of the file.</param>
/// <param name="Path">In full.</param>
/// <param name="Step">The update.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Time">When it was written.</param>
internal sealed record IndexedFile(int Number, string Path, int Step, long Length, DateTime Time)
{
    /// <summary>Whether another look at the file found it as it was.</summary>
    public bool IsSame(IndexedFile other) => (Path, Length, Time) == (other.Path, other.Length, other.Time);
}

/// <summary>Brings files of completions into the tables of the index, by one thread at a time.</summary>
internal static class GroupTables
{
    /// <summary>Reads what the tables take of a file, for <see cref="Put"/>.</summary>
    public static void Scan(DuckDBConnection connection, IndexedFile file)
    {
        var path = ("path", (object?)GroupDatabase.Plain(file.Path));
        foreach (
            string version in GroupDatabase.Rows(
                connection,
                GroupSql.Version,
                row => row.GetString(0),
                path,
                ("key", FileFormat.ParquetKey)
            )
        )
        {
            FileFormat.Completions.Require(file.Path, int.Parse(version, NumberStyles.None, CultureInfo.InvariantCulture));
        }

        var columns = GroupDatabase.Rows(connection, GroupSql.Columns, row => row.GetString(0), path).ToHashSet(StringComparer.Ordinal);
        GroupDatabase.Execute(connection, GroupSql.Scan(columns), path);
    }

    /// <summary>Puts what was scanned in the place of what was there, in one go: nobody sees the run with neither.</summary>
    /// <param name="connection">The one that scanned.</param>
    /// <param name="run">The run's number.</param>
    /// <param name="before">What goes; null: nothing.</param>
    /// <param name="now">What was scanned; null: nothing comes.</param>
    public static void Put(DuckDBConnection connection, int run, IndexedFile? before, IndexedFile? now)
    {
        using var whole = connection.BeginTransaction();
        foreach (string statement in before is null ? [] : GroupSql.Remove)
        {
            GroupDatabase.Execute(connection, statement, ("file", before!.Number));
        }

        if (now is not null)
        {
            GroupDatabase.Execute(connection, GroupSql.AddGroups, ("run", run), ("file", now.Number), ("step", now.Step));
            GroupDatabase.Execute(connection, GroupSql.AddCompletions, ("run", run), ("file", now.Number));
        }

        whole.Commit();
    }
}
