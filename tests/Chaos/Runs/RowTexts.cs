using DuckDB.NET.Data;

namespace Cppo.Chaos.Runs;

/// <summary>The rows of completions as DuckDB reads them, the time of generation left out.</summary>
internal static class RowTexts
{
    /// <summary>One text a row, with all its columns.</summary>
    /// <exception cref="DuckDBException">The file is no Parquet, or damaged.</exception>
    public static string[] Read(string path)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:;threads=1");
        connection.Open();
        using var command = connection.CreateCommand();
        string file = path.Replace("'", "''", StringComparison.Ordinal);
        command.CommandText = $"SELECT t::VARCHAR FROM (SELECT * EXCLUDE (generated_at) FROM read_parquet('{file}')) t";
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(reader.GetString(0));
        }

        return [.. rows];
    }
}
