using System.Text.Json;
using DuckDB.NET.Data;

namespace Cppo.Pipeline.Tests.Sinks;

/// <summary>Asks DuckDB, which reads the project's Parquet files with code that is not the project's.</summary>
internal static class DuckDb
{
    /// <summary>The rows of a query, each a JSON object by column.</summary>
    public static JsonDocument Rows(string sql)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SET TimeZone = 'UTC'";
        command.ExecuteNonQuery();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<Dictionary<string, object?>>();
        while (reader.Read())
        {
            rows.Add(Enumerable.Range(0, reader.FieldCount).ToDictionary(reader.GetName, i => reader.IsDBNull(i) ? null : reader.GetValue(i)));
        }

        return JsonSerializer.SerializeToDocument(rows);
    }
}
