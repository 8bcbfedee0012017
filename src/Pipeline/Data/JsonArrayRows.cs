using System.Runtime.CompilerServices;

namespace Cppo.Pipeline.Data;

/// <summary>
/// The rows of a <c>.json</c> file: the objects of one array. A file that begins with an object is JSON Lines, as datasets of others often
/// are under that name.
/// </summary>
internal static class JsonArrayRows
{
    public static IAsyncEnumerable<DataRow> ReadAsync(string path, RowColumns columns, DataFaults faults, CancellationToken cancel) =>
        JsonArrayItems.BeginsArray(path) ? ItemsAsync(path, columns, faults, cancel) : LinesAsync(path, columns, faults, cancel);

    private static async IAsyncEnumerable<DataRow> ItemsAsync(
        string path,
        RowColumns columns,
        DataFaults faults,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        string name = Path.GetFileName(path);
        long number = 0;
        await foreach ((long line, var json) in JsonArrayItems.ReadAsync(path, cancel))
        {
            number++;
            if (JsonRow.Read(json, $"{name}, item {number} (line {line})", "item", number, line, columns, faults) is { } row)
            {
                yield return row;
            }
        }
    }

    private static async IAsyncEnumerable<DataRow> LinesAsync(
        string path,
        RowColumns columns,
        DataFaults faults,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        await foreach ((long line, var json) in Utf8Lines.ReadAsync(path, cancel))
        {
            if (json.Span.Trim(" \t\r"u8).IsEmpty)
            {
                continue;
            }

            if (!json.Span.TrimEnd(" \t\r"u8).EndsWith("}"u8))
            {
                throw new DataException(
                    $"{Path.GetFileName(path)}, line {line} begins something that goes on over several lines; write an array "
                        + "[ { ... }, ... ] of rows, or one object a line."
                );
            }

            break;
        }

        await foreach (var row in JsonLinesRows.ReadAsync(path, columns, faults, cancel))
        {
            yield return row;
        }
    }
}
