using System.Text.Json;
using System.Text.Json.Nodes;
using Cppo.Model.Files;
using Cppo.Pipeline.Data;

namespace Cppo.Pipeline.Scoring;

/// <summary>Completions as JSON Lines; empty lines are skipped.</summary>
internal sealed class JsonLinesCompletions(string path) : ICompletionFile
{
    public IEnumerable<RawRow> Rows(CancellationToken stop)
    {
        foreach (var (number, line) in Lines(path, stop))
        {
            yield return new(line.Length, () => Parse(number, line));
        }
    }

    public IReadOnlyList<TableColumn> Columns(CancellationToken stop)
    {
        var columns = new TableColumns();
        foreach (var fields in OrderedWork.Map(Lines(path, stop), line => line.Bytes.Length, line => Fields(line.Bytes)))
        {
            foreach (var (name, kind) in fields)
            {
                columns.Add(name, kind);
            }
        }

        return columns.All;
    }

    /// <summary>The lines that hold anything, with their numbers from 1.</summary>
    internal static IEnumerable<(long Number, byte[] Bytes)> Lines(string path, CancellationToken stop)
    {
        foreach (var (number, line) in Utf8Lines.ReadAsync(path, stop).ToBlockingEnumerable(stop))
        {
            if (!line.Span.Trim(" \t\r"u8).IsEmpty)
            {
                yield return (number, line.ToArray());
            }
        }
    }

    private CompletionRow Parse(long number, byte[] line)
    {
        string place = $"{path}:{number}";
        try
        {
            using var document = StrictJson.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new(number, place, JsonObject.Create(document.RootElement.Clone()))
                : new(number, place, null, "is no JSON object { ... }");
        }
        catch (DuplicateKeyException twice)
        {
            return new(number, place, null, $"states the field \"{Excerpt.OfName(twice.Key)}\" twice");
        }
        catch (JsonException)
        {
            return new(number, place, null, "is not valid JSON");
        }
        catch (InvalidOperationException)
        {
            return new(number, place, null, NoText);
        }
    }

    /// <summary>What is wrong with a row whose names or values JSON allows but Unicode does not.</summary>
    internal const string NoText = "holds bytes that are not UTF-8, or half of a surrogate pair";

    /// <summary>Names and kinds of a line's fields; none where it cannot be read.</summary>
    private static (string Name, ColumnKind? Kind)[] Fields(byte[] line)
    {
        try
        {
            using var document = StrictJson.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? [.. document.RootElement.EnumerateObject().Select(field => (field.Name, KindOf(field.Value)))]
                : [];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return [];
        }
    }

    private static ColumnKind? KindOf(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.True or JsonValueKind.False => ColumnKind.Boolean,
            JsonValueKind.Number => value.TryGetInt64(out _) ? ColumnKind.Integer : ColumnKind.Number,
            _ => ColumnKind.Text,
        };
}
