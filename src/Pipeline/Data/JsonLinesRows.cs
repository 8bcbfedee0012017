using System.Runtime.CompilerServices;
using System.Text.Json;
using Cppo.Model.Files;

namespace Cppo.Pipeline.Data;

/// <summary>
/// One JSON object a line, in UTF-8. Lines end at <c>\n</c> only: U+0085, U+2028 and U+2029 are text.
/// </summary>
internal static class JsonLinesRows
{
    public static async IAsyncEnumerable<DataRow> ReadAsync(
        string path,
        IReadOnlyList<string> columns,
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
            string place = $"{name}, line {line}";
            if (Parse(json, place, columns, isFirst: number == 1, faults) is { } values)
            {
                yield return new DataRow(number, place, values, line);
            }
        }
    }

    private static string?[]? Parse(ReadOnlyMemory<byte> json, string place, IReadOnlyList<string> columns, bool isFirst, DataFaults faults)
    {
        try
        {
            using var document = StrictJson.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return Values(document.RootElement, place, columns, isFirst, faults);
            }

            faults.Add($"{place} is a JSON {document.RootElement.ValueKind}; each line must be an object.");
        }
        catch (DuplicateKeyException twice)
        {
            faults.Add($"{place} states \"{Excerpt.OfName(twice.Key)}\" twice; remove one of them.");
        }
        catch (JsonException cause)
        {
            faults.Add($"{place}, byte {cause.BytePositionInLine + 1}: malformed JSON; each line must be one whole object.");
        }
        catch (InvalidOperationException)
        {
            // A \ud800 without its other half is JSON but no text.
            faults.Add($"{place} holds half of a surrogate pair; write the whole character.");
        }
        return null;
    }

    private static string?[]? Values(JsonElement row, string place, IReadOnlyList<string> columns, bool isFirst, DataFaults faults)
    {
        string?[] values = new string?[columns.Count];
        for (int i = 0; i < values.Length; i++)
        {
            if (Find(row, columns[i]) is not { } value)
            {
                string sentence = RowReader.NoColumn(place, columns[i], [.. row.EnumerateObject().Select(member => member.Name)]);
                // What the first row lacks, the others will lack too.
                if (isFirst)
                {
                    throw new DataException(sentence);
                }

                faults.Add(sentence);
                return null;
            }
            if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            {
                faults.Add($"{place}: \"{columns[i]}\" is a JSON {value.ValueKind}; it must be text or a number.");
                return null;
            }
            values[i] = value.ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.String => value.GetString(),
                _ => value.GetRawText(),
            };
        }
        return values;
    }

    private static JsonElement? Find(JsonElement row, string column)
    {
        if (row.TryGetProperty(column, out var value))
        {
            return value;
        }

        foreach (string part in column.Split('.'))
        {
            if (row.ValueKind != JsonValueKind.Object || !row.TryGetProperty(part, out row))
            {
                return null;
            }
        }
        return row;
    }
}
