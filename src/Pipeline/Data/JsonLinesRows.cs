using System.Runtime.CompilerServices;

namespace Cppo.Pipeline.Data;

/// <summary>
/// One JSON object a line, in UTF-8. Lines end at <c>\n</c> only: U+0085, U+2028 and U+2029 are text.
/// </summary>
internal static class JsonLinesRows
{
    public static async IAsyncEnumerable<DataRow> ReadAsync(
        string path,
        RowColumns columns,
        DataFaults faults,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        string name = Path.GetFileName(path);
        long number = 0;
        await foreach ((long line, var json) in Utf8Lines.ReadAsync(path, cancel))
        {
            if (json.Span.Trim(" \t\r"u8).IsEmpty)
            {
                continue;
            }

            number++;
            if (JsonRow.Read(json, $"{name}, line {line}", "line", number, line, columns, faults) is { } row)
            {
                yield return row;
            }
        }
    }
}
