using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace Cppo.Pipeline.Data;

/// <summary>Comma-separated values with a header line (RFC 4180), in UTF-8 with or without a byte order mark.</summary>
internal static class CsvRows
{
    public static async IAsyncEnumerable<DataRow> ReadAsync(
        string path, IReadOnlyList<string> columns, DataFaults faults, [EnumeratorCancellation] CancellationToken cancel)
    {
        string name = Path.GetFileName(path);
        using var text = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true), true, 1 << 16);
        string? malformed = null;
        var settings = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = ",",
            BadDataFound = found => malformed = found.Field,
            IgnoreBlankLines = true,
        };
        using var parser = new CsvParser(text, settings);
        if (!await ReadAsync(parser, name))
            yield break;
        string[] header = parser.Record!;
        int[] places = [.. columns.Select(column => Place(name, header, column))];
        int line = parser.RawRow;
        for (long number = 1; await ReadAsync(parser, name); number++)
        {
            cancel.ThrowIfCancellationRequested();
            // A record ends in the line that RawRow says; its first line follows the record before it and any blank lines.
            int first = FirstLine(parser, line);
            string place = $"{name}, line {first}";
            line = parser.RawRow;
            if (malformed is not null || HasOpenQuote(parser))
                faults.Add($"{place} has a quote that is not doubled or not closed; write \"\" for a quote within quotes.");
            else if (parser.Count != header.Length)
                faults.Add($"{place} has {parser.Count} fields where the header has {header.Length}; put text with commas between quotes.");
            else
                yield return new DataRow(number, place, [.. places.Select(field => parser[field])], first);
            malformed = null;
        }
    }

    private static int Place(string name, string[] header, string column)
    {
        int place = Array.IndexOf(header, column);
        return place >= 0 ? place : throw new DataException(RowReader.NoColumn(name, column, header));
    }

    private static int FirstLine(CsvParser parser, int lastLineBefore)
    {
        // The line feeds within the record: its last one ends it, unless an open quote takes it in.
        string raw = HasOpenQuote(parser) ? parser.RawRecord : parser.RawRecord.TrimEnd('\r', '\n');
        return Math.Max(lastLineBefore + 1, parser.RawRow - raw.Count(character => character == '\n'));
    }

    /// <summary>An opened quote swallows the rest of the file, which the parser accepts.</summary>
    private static bool HasOpenQuote(CsvParser parser) => parser.RawRecord.Count(character => character == '"') % 2 != 0;

    private static async Task<bool> ReadAsync(CsvParser parser, string name)
    {
        try
        {
            return await parser.ReadAsync();
        }
        catch (DecoderFallbackException cause)
        {
            throw new DataException($"{name} is not UTF-8 (after line {parser.RawRow}); convert it to UTF-8.", cause);
        }
    }
}
