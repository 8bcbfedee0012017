using System.Text.Json;
using System.Text.Json.Nodes;
using Parquet;
using Parquet.Schema;

namespace Cppo.Pipeline.Scoring;

/// <summary>A row to write.</summary>
/// <param name="Values">By column; those that are missing are null.</param>
/// <param name="Bytes">What it takes in memory, roughly.</param>
internal readonly record struct TableRow(JsonObject Values, int Bytes);

/// <summary>Writes rows of JSON as a Parquet file, a row group in memory at a time.</summary>
internal static class ParquetTable
{
    private const int RowsPerGroup = 8192;
    private const long BytesPerGroup = 16 << 20;

    private sealed record Column(DataField Field, Func<ParquetRowGroupWriter, IReadOnlyList<JsonObject>, CancellationToken, Task> Write);

    /// <summary>Writes a whole file; row groups end after 8192 rows or 16 MiB.</summary>
    /// <param name="output">Takes the file; can be positioned.</param>
    /// <param name="columns">At least one, with different names; a field of a row that is none of them is left out.</param>
    /// <param name="rows">Read as they are needed.</param>
    /// <param name="cancel">Stops the writing.</param>
    public static async Task WriteAsync(
        Stream output,
        IReadOnlyList<TableColumn> columns,
        IEnumerable<TableRow> rows,
        CancellationToken cancel
    )
    {
        Column[] writers = [.. columns.Select(ColumnOf)];
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Snappy };
        await using var writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(writers.Select(column => column.Field)),
            output,
            options,
            false,
            cancel
        );
        foreach (var part in Groups(rows))
        {
            using var group = writer.CreateRowGroup();
            foreach (var column in writers)
            {
                await column.Write(group, part, cancel);
            }

            group.CompleteValidate();
        }
    }

    private static IEnumerable<List<JsonObject>> Groups(IEnumerable<TableRow> rows)
    {
        var (part, bytes) = (new List<JsonObject>(), 0L);
        foreach (var row in rows)
        {
            part.Add(row.Values);
            bytes += row.Bytes;
            if (part.Count < RowsPerGroup && bytes < BytesPerGroup)
            {
                continue;
            }

            yield return part;
            (part, bytes) = ([], 0);
        }

        if (part.Count > 0)
        {
            yield return part;
        }
    }

    private static Column ColumnOf(TableColumn column) =>
        column.Kind switch
        {
            ColumnKind.Boolean => Values<bool>(column.Name),
            ColumnKind.Integer => Values<long>(column.Name),
            ColumnKind.Unsigned => Values<ulong>(column.Name),
            ColumnKind.Number => Values<double>(column.Name),
            _ => Texts(column.Name),
        };

    private static Column Texts(string name)
    {
        var field = new DataField<string>(name, nullable: true);
        return new(field, (group, part, _) => group.WriteAsync(field, part.Select(row => Text(row[name])).ToArray()));
    }

    private static Column Values<T>(string name)
        where T : struct
    {
        var field = new DataField<T>(name, nullable: true);
        return new(
            field,
            (group, part, cancel) =>
                group.WriteAsync<T>(field, part.Select(row => row[name]?.Deserialize<T>()).ToArray().AsMemory(), null, null, cancel)
        );
    }

    private static string? Text(JsonNode? value) =>
        value is null ? null
        : value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>()
        : value.ToJsonString();
}
