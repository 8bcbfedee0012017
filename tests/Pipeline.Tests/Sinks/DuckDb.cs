using System.Text.Json;
using DuckDB.NET.Data;

namespace Cppo.Pipeline.Tests.Sinks;

/// <summary>Asks DuckDB, which reads and writes Parquet with code that is neither the project's nor Parquet.Net's.</summary>
internal static class DuckDb
{
    /// <summary>The rows of a query, each a JSON object by column; points in time are in UTC.</summary>
    public static JsonDocument Rows(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<Dictionary<string, object?>>();
        while (reader.Read())
        {
            rows.Add(Enumerable.Range(0, reader.FieldCount).ToDictionary(reader.GetName, i => Value(reader.GetValue(i))));
        }

        return JsonSerializer.SerializeToDocument(rows);
    }

    /// <summary>Runs statements that give no rows, such as COPY.</summary>
    public static void Run(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>DuckDB gives points in time in UTC without saying so, and JSON would have them in the machine's zone.</summary>
    private static object? Value(object value) =>
        value switch
        {
            DBNull => null,
            DateTime time => DateTime.SpecifyKind(time, DateTimeKind.Utc),
            _ => value,
        };

    private static DuckDBConnection Open()
    {
        var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        return connection;
    }
}
