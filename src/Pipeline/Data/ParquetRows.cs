using System.Runtime.CompilerServices;
using System.Text.Json;
using Cppo.Stages;
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
    public static IAsyncEnumerable<DataRow> ReadAsync(string path, string name, IReadOnlyList<string> columns, CancellationToken cancel) =>
        ReadAsync(path, name, new RowColumns(columns, FirstMayBeChat: false), new DataFaults(), cancel);

    /// <summary>As above; of a first column that may hold chats, <paramref name="faults"/> takes the rows whose chat is none.</summary>
    /// <exception cref="DataException">As above.</exception>
    public static async IAsyncEnumerable<DataRow> ReadAsync(
        string path,
        string name,
        RowColumns columns,
        DataFaults faults,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        await using var file = await ParquetFile.OpenAsync(path, name, cancel);
        var chat = columns.FirstMayBeChat ? ParquetChat.Find(file.Fields, columns.Names[0]) : null;
        DataField[] fields = [.. columns.Names.Skip(chat is null ? 0 : 1).Select(column => Find(file, column))];
        long number = 0;
        for (int i = 0; i < file.NumRowGroups; i++)
        {
            string?[][] texts = await file.TextsAsync(i, fields, cancel);
            string?[]? chats = chat is null ? null : await file.ChatsAsync(i, chat, cancel);
            for (int row = 0; row < texts[0].Length; row++)
            {
                number++;
                string place = $"{name}, row {number}";
                string?[] values = [.. texts.Select(column => column[row])];
                if (chats is null)
                {
                    yield return new DataRow(number, place, values, number);
                }
                else if (chats[row] is not { } json)
                {
                    yield return new DataRow(number, place, [null, .. values], number);
                }
                else if (TurnsOf(json, $"{place}: \"{chat!.Name}\"", faults) is { } turns)
                {
                    yield return new DataRow(number, place, [turns[^1].Content, .. values], number) { Earlier = turns[..^1] };
                }
            }
        }
    }

    /// <summary>
    /// The columns at the root of a file, in its order: those of texts and numbers, and the names of the others (lists, structures, times).
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

    private static Turn[]? TurnsOf(string json, string place, DataFaults faults)
    {
        using var document = JsonDocument.Parse(json);
        if (ChatTurns.TryRead(document.RootElement, out var turns, out string? fault))
        {
            return turns;
        }

        faults.Add($"{place} {fault}.");
        return null;
    }

    private static DataField Find(ParquetFile file, string column)
    {
        FieldPath[] paths = [new FieldPath([column]), new FieldPath(column.Split('.'))];
        var field =
            paths.Select(path => file.Columns.FirstOrDefault(field => field.Path.Equals(path))).FirstOrDefault(found => found is not null)
            ?? throw new DataException(RowReader.NoColumn(file.Name, column, [.. file.Columns.Select(Shown).Distinct()]));
        return field.MaxRepetitionLevel == 0 && ParquetText.CanRead(field)
            ? field
            : throw new DataException($"{file.Name}: column \"{column}\" holds {Contents(field)}; it must be text or a number.");
    }

    /// <summary>A column's name; of one inside a list that of the list.</summary>
    private static string Shown(DataField field) =>
        field.MaxRepetitionLevel == 0
            ? ParquetFile.NameOf(field)
            : string.Join('.', field.Path.ToList().TakeWhile((part, place) => place == 0 || part != ListField.DefaultContainerName));

    private static string Contents(DataField field) =>
        field switch
        {
            { MaxRepetitionLevel: > 0 } => "lists",
            DateTimeDataField or TimeDataField => "times",
            DecimalDataField => "decimals",
            _ => field.ClrType == typeof(DateOnly) ? "dates" : $"{field.ClrType.Name} values",
        };
}
