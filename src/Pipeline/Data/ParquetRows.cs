using System.Globalization;
using System.Runtime.CompilerServices;
using Parquet;
using Parquet.Schema;

namespace Cppo.Pipeline.Data;

/// <summary>Rows of a Parquet file, one row group in memory at a time.</summary>
internal static class ParquetRows
{
    public static async IAsyncEnumerable<DataRow> ReadAsync(
        string path, IReadOnlyList<string> columns, [EnumeratorCancellation] CancellationToken cancel)
    {
        string name = Path.GetFileName(path);
        await using ParquetReader reader = await OpenAsync(path, cancel);
        DataField[] fields = [.. columns.Select(column => Find(name, reader.Schema, column))];
        long number = 0;
        for (int i = 0; i < reader.RowGroupCount; i++)
        {
            int index = i;
            using ParquetRowGroupReader group = await GuardAsync($"{name}, row group {i}", () => Task.FromResult(reader.OpenRowGroupReader(index)));
            // A question takes more than a bit of the file: a footer that claims more rows is damaged.
            if (group.RowCount < 0 || group.RowCount > new FileInfo(path).Length * 8)
                throw new DataException($"{name}: row group {i} claims {group.RowCount} rows, more than the file can hold; write the file anew.");
            var texts = new string?[fields.Length][];
            for (int k = 0; k < fields.Length; k++)
            {
                int column = k;
                texts[k] = await GuardAsync($"{name}, row group {i}, column \"{columns[k]}\"", () => ParquetText.ReadAsync(group, fields[column], cancel));
            }
            for (long row = 0; row < group.RowCount; row++)
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
    public static async Task<(DataField[] Readable, string[] Others)> ColumnsAsync(string path, CancellationToken cancel)
    {
        await using ParquetReader reader = await OpenAsync(path, cancel);
        var columns = reader.Schema.DataFields.ToLookup(field => field.Path.Length == 1 && field.MaxRepetitionLevel == 0 && ParquetText.CanRead(field));
        return ([.. columns[true]], [.. columns[false].Select(field => field.Path.ToList()[0]).Distinct()]);
    }

    /// <summary>Opens a file and reads its schema, which the library does when it is first asked for.</summary>
    private static Task<ParquetReader> OpenAsync(string path, CancellationToken cancel) => GuardAsync(Path.GetFileName(path), async () =>
    {
        ParquetReader reader = await ParquetReader.CreateAsync(path, null, cancel);
        try
        {
            _ = reader.Schema;
            return reader;
        }
        catch
        {
            await reader.DisposeAsync();
            throw;
        }
    });

    private static DataField Find(string name, ParquetSchema schema, string column)
    {
        FieldPath[] paths = [new FieldPath([column]), new FieldPath(column.Split('.'))];
        DataField field = paths.Select(path => Array.Find(schema.DataFields, field => field.Path.Equals(path))).FirstOrDefault(found => found is not null)
            ?? throw new DataException(RowReader.NoColumn(name, column, [.. schema.DataFields.Select(Name)]));
        return field.MaxRepetitionLevel == 0
            ? field
            : throw new DataException($"{name}: column \"{column}\" holds lists; it must be text or a number.");
    }

    private static string Name(DataField field) => string.Join('.', field.Path.ToList());

    /// <summary>Turns what goes wrong inside the Parquet library into a fault of the dataset.</summary>
    private static async Task<T> GuardAsync<T>(string name, Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception cause) when (cause is not OperationCanceledException and not DataException and not UnauthorizedAccessException)
        {
            throw new DataException(
                string.Create(CultureInfo.InvariantCulture, $"{name} cannot be read as Parquet ({cause.Message.TrimEnd('.')}); write the file anew."),
                cause);
        }
    }
}
