using System.Runtime.CompilerServices;
using Parquet.Schema;

namespace Cppo.Pipeline.Data;

/// <summary>Rows of a Parquet file, one row group in memory at a time.</summary>
internal static class ParquetRows
{
    /// <summary>The rows in the order of the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">How sentences call it.</param>
    /// <param name="columns">Names; one with dots also finds a member of a structure (<c>reward_model.ground_truth</c>).</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="DataException">The file is damaged or unsupported, or lacks a column.</exception>
    public static async IAsyncEnumerable<DataRow> ReadAsync(
        string path,
        string name,
        IReadOnlyList<string> columns,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        await using var file = await ParquetFile.OpenAsync(path, name, cancel);
        DataField[] fields = [.. columns.Select(column => Find(file, column))];
        long number = 0;
        for (int i = 0; i < file.NumRowGroups; i++)
        {
            string?[][] texts = await file.TextsAsync(i, fields, cancel);
            for (int row = 0; row < texts[0].Length; row++)
            {
                number++;
                yield return new DataRow(number, $"{name}, row {number}", [.. texts.Select(column => column[row])], number);
            }
        }
    }

    /// <summary>
    /// The columns at the root of a file, in its order: those that <see cref="ReadAsync"/> takes, and the names of the others (lists,
    /// structures, times).
    /// </summary>
    /// <exception cref="DataException">The file is damaged or unsupported.</exception>
    public static async Task<(DataField[] Readable, string[] Others)> ColumnsAsync(string path, string name, CancellationToken cancel)
    {
        await using var file = await ParquetFile.OpenAsync(path, name, cancel);
        if (file.Columns.GroupBy(ParquetFile.NameOf).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new DataException($"{name} has the column \"{twice.Key}\" twice; rename one of them.");
        }

        var columns = file.Columns.ToLookup(field => field.Path.Length == 1 && field.MaxRepetitionLevel == 0 && ParquetText.CanRead(field));
        return ([.. columns[true]], [.. columns[false].Select(field => field.Path.ToList().FirstOrDefault("")).Distinct()]);
    }

    private static DataField Find(ParquetFile file, string column)
    {
        FieldPath[] paths = [new FieldPath([column]), new FieldPath(column.Split('.'))];
        var field =
            paths.Select(path => file.Columns.FirstOrDefault(field => field.Path.Equals(path))).FirstOrDefault(found => found is not null)
            ?? throw new DataException(RowReader.NoColumn(file.Name, column, [.. file.Columns.Select(ParquetFile.NameOf)]));
        return field.MaxRepetitionLevel == 0 && ParquetText.CanRead(field)
            ? field
            : throw new DataException($"{file.Name}: column \"{column}\" holds {Contents(field)}; it must be text or a number.");
    }

    private static string Contents(DataField field) =>
        field switch
        {
            { MaxRepetitionLevel: > 0 } => "lists",
            DateTimeDataField or TimeDataField => "times",
            DecimalDataField => "decimals",
            _ => field.ClrType == typeof(DateOnly) ? "dates" : $"{field.ClrType.Name} values",
        };
}
