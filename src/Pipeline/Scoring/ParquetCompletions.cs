using System.Globalization;
using System.Text.Json.Nodes;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Files;
using Parquet.Schema;

namespace Cppo.Pipeline.Scoring;

/// <summary>Completions as Parquet, a row group in memory at a time; columns of lists, structures and times are left out.</summary>
internal sealed class ParquetCompletions : ICompletionFile
{
    private readonly string path;
    private readonly DataField[] columns;

    private ParquetCompletions(string path, DataField[] columns) => (this.path, this.columns) = (path, columns);

    /// <summary>As <see cref="CompletionRows.Open"/>.</summary>
    public static ParquetCompletions Open(
        string path,
        IReadOnlyList<(string Column, string Option)> required,
        Action<string> notice,
        CancellationToken stop
    )
    {
        var (columns, others) = ParquetRows.ColumnsAsync(path, path, stop).GetAwaiter().GetResult();
        string[] names = [.. columns.Select(column => column.Name)];
        foreach (var (column, option) in required)
        {
            if (others.Contains(column))
            {
                throw new UsageException(
                    $"{path}: the column \"{column}\" holds neither text nor numbers; name another one with {option}."
                );
            }

            if (!names.Contains(column))
            {
                throw new UsageException($"{RowReader.NoColumn(path, column, names)[..^1]} (see {option}).");
            }
        }

        if (others.Length > 0)
        {
            notice($"{path}: left out {string.Join(", ", others)}, which hold neither text nor numbers");
        }

        return new(path, columns);
    }

    public IEnumerable<RawRow> Rows(CancellationToken stop)
    {
        foreach (var row in ParquetRows.ReadAsync(path, path, [.. columns.Select(column => column.Name)], stop).ToBlockingEnumerable(stop))
        {
            yield return new(row.Values.Sum(value => value?.Length ?? 0), () => Parse(row));
        }
    }

    public IReadOnlyList<TableColumn> Columns(CancellationToken stop) =>
        [.. columns.Select(column => new TableColumn(column.Name, KindOf(column)))];

    private static ColumnKind KindOf(DataField column) =>
        Type.GetTypeCode(column.ClrType) switch
        {
            TypeCode.Boolean => ColumnKind.Boolean,
            TypeCode.Single or TypeCode.Double => ColumnKind.Number,
            TypeCode.UInt64 => ColumnKind.Unsigned,
            >= TypeCode.SByte and < TypeCode.Single => ColumnKind.Integer,
            _ => ColumnKind.Text,
        };

    private CompletionRow Parse(DataRow row)
    {
        var values = columns.Zip(row.Values, (column, text) => KeyValuePair.Create(column.Name, text is null ? null : Value(column, text)));
        return new(row.Number, $"{path}, row {row.Number}", new JsonObject(values));
    }

    /// <summary>A cell as JSON; null for a number that JSON cannot state.</summary>
    private static JsonNode? Value(DataField column, string text) =>
        KindOf(column) switch
        {
            ColumnKind.Boolean => text == "true",
            ColumnKind.Number => double.Parse(text, CultureInfo.InvariantCulture) is var number && double.IsFinite(number) ? number : null,
            ColumnKind.Unsigned => ulong.Parse(text, CultureInfo.InvariantCulture),
            ColumnKind.Integer => long.Parse(text, CultureInfo.InvariantCulture),
            _ => text,
        };
}
