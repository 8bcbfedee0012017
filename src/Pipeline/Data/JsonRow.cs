using System.Text.Json;
using Cppo.Model.Files;
using Cppo.Stages;

namespace Cppo.Pipeline.Data;

/// <summary>One row as a JSON object.</summary>
internal static class JsonRow
{
    /// <summary>Reads a row; null where it is malformed, which is noted.</summary>
    /// <param name="json">Its UTF-8.</param>
    /// <param name="place">Where a person finds it.</param>
    /// <param name="unit">What a row is in its file: line, item.</param>
    /// <param name="number">Of the row, from 1.</param>
    /// <param name="line">The line where it begins.</param>
    /// <param name="columns">What is read.</param>
    /// <param name="faults">Takes what is wrong.</param>
    /// <exception cref="DataException">The first row lacks a column.</exception>
    public static DataRow? Read(
        ReadOnlyMemory<byte> json,
        string place,
        string unit,
        long number,
        long line,
        RowColumns columns,
        DataFaults faults
    )
    {
        try
        {
            using var document = StrictJson.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return Values(document.RootElement, place, columns, isFirst: number == 1, faults) is var (values, earlier)
                    ? new DataRow(number, place, values, line) { Earlier = earlier }
                    : null;
            }

            faults.Add($"{place} is a JSON {document.RootElement.ValueKind}; each {unit} must be an object.");
        }
        catch (DuplicateKeyException twice)
        {
            faults.Add($"{place} states \"{Excerpt.OfName(twice.Key)}\" twice; remove one of them.");
        }
        catch (JsonException cause)
        {
            // Places in a row of several lines are of its lines.
            string at = cause.LineNumber > 0 ? $" at line {line + cause.LineNumber}" : "";
            faults.Add($"{place}{at}, byte {cause.BytePositionInLine + 1}: malformed JSON; each {unit} must be one whole object.");
        }
        catch (InvalidOperationException)
        {
            // A \ud800 without its other half is JSON but no text.
            faults.Add($"{place} holds half of a surrogate pair; write the whole character.");
        }
        return null;
    }

    private static (string?[] Values, Turn[] Earlier)? Values(
        JsonElement row,
        string place,
        RowColumns columns,
        bool isFirst,
        DataFaults faults
    )
    {
        string?[] values = new string?[columns.Names.Count];
        Turn[] earlier = [];
        for (int i = 0; i < values.Length; i++)
        {
            string column = columns.Names[i];
            if (Find(row, column) is not { } value)
            {
                string sentence = RowReader.NoColumn(place, column, [.. row.EnumerateObject().Select(member => member.Name)]);
                // What the first row lacks, the others will lack too.
                if (isFirst)
                {
                    throw new DataException(sentence);
                }

                faults.Add(sentence);
                return null;
            }

            if (i == 0 && columns.FirstMayBeChat && ChatTurns.IsChat(value))
            {
                if (!ChatTurns.TryRead(value, out var turns, out string? fault))
                {
                    faults.Add($"{place}: \"{column}\" {fault}.");
                    return null;
                }

                (values[i], earlier) = (turns[^1].Content, turns[..^1]);
                continue;
            }

            if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            {
                faults.Add($"{place}: \"{column}\" is a JSON {value.ValueKind}; it must be text or a number.");
                return null;
            }

            values[i] = value.ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.String => value.GetString(),
                _ => value.GetRawText(),
            };
        }

        return (values, earlier);
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
