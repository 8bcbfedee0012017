using System.Runtime.CompilerServices;
using System.Text;
using CsvHelper;

namespace Cppo.Pipeline.Data;

/// <summary>Comma-separated values with a header line (RFC 4180), in UTF-8 with or without a byte order mark.</summary>
internal static class CsvRows
{
    public static async IAsyncEnumerable<DataRow> ReadAsync(
        string path,
        IReadOnlyList<string> columns,
        DataFaults faults,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        string name = Path.GetFileName(path);

        // Records with a quote that is out of place, by the line that they begin in; the reader may be ahead of the record that it is asked
        // for.
        var malformed = new HashSet<long>();
        var options = new CsvReaderOptions
        {
            Separator = ',',
            TrackLineNumbers = true,
            OnMalformedRecord = found => malformed.Add(found.LineNumber),
        };
        var text = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true), true, 1 << 16);
        using var reader = CsvReader.Create(text, options);
        string[] header = await GuardAsync(
            reader,
            name,
            async () =>
            {
                await reader.ReadHeaderAsync(cancel);
                return reader.Headers.ToArray();
            }
        );
        if (header.Length == 0)
        {
            yield break;
        }

        int[] places = [.. columns.Select(column => Place(name, header, column))];
        for (long number = 1; await GuardAsync(reader, name, () => reader.ReadAsync(cancel).AsTask()); number++)
        {
            cancel.ThrowIfCancellationRequested();
            string place = $"{name}, line {reader.LineNumber}";
            if (malformed.Remove(reader.LineNumber))
            {
                faults.Add($"{place} has a quote that is not doubled or not closed; write \"\" for a quote within quotes.");
            }
            else if (reader.FieldCount != header.Length)
            {
                faults.Add(
                    $"{place} has {reader.FieldCount} fields where the header has {header.Length}; put text with commas between quotes."
                );
            }
            else
            {
                yield return new DataRow(number, place, [.. places.Select(reader.GetString)], (int)reader.LineNumber);
            }
        }
    }

    private static int Place(string name, string[] header, string column)
    {
        int place = Array.IndexOf(header, column);
        if (place < 0)
        {
            throw new DataException(RowReader.NoColumn(name, column, header));
        }

        return Array.IndexOf(header, column, place + 1) < 0
            ? place
            : throw new DataException($"{name}, line 1 has the column \"{column}\" twice; rename one of them.");
    }

    /// <summary>Turns bytes that are not UTF-8 into a sentence about the file.</summary>
    private static async Task<T> GuardAsync<T>(CsvReader reader, string name, Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (DecoderFallbackException cause)
        {
            throw new DataException($"{name} is not UTF-8 (after line {reader.LineNumber}); convert it to UTF-8.", cause);
        }
    }
}
