using System.Text.Json;

namespace Cppo.Model.Files;

/// <summary>
/// JSON in which no object states a key twice: readers differ in which of the two counts, so that a file would mean something else to
/// each.
/// </summary>
internal static class StrictJson
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Parses UTF-8, with or without a byte order mark.</summary>
    /// <exception cref="DuplicateKeyException">A key is stated twice.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="InvalidOperationException">A key is no text: it has half of a surrogate pair.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8)
    {
        var json = utf8.Span.StartsWith("\uFEFF"u8) ? utf8["\uFEFF"u8.Length..] : utf8;
        try
        {
            return JsonDocument.Parse(json, Strict);
        }
        catch (Exception error) when ((error is JsonException or InvalidOperationException) && FindDuplicate(json.Span) is { } twice)
        {
            throw twice;
        }
    }

    /// <summary>The first key that is stated twice; null where there is none, or the text is no JSON before it.</summary>
    private static DuplicateKeyException? FindDuplicate(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        var open = new Stack<HashSet<string>>();
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject:
                        open.Push(new(StringComparer.Ordinal));
                        break;
                    case JsonTokenType.EndObject:
                        open.Pop();
                        break;
                    case JsonTokenType.PropertyName when !open.Peek().Add(reader.GetString()!):
                        return new(reader.GetString()!, utf8[..(int)reader.TokenStartIndex].Count((byte)'\n') + 1);
                    default:
                        break;
                }
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }

        return null;
    }
}

/// <summary>A JSON object states a key twice.</summary>
/// <param name="key">The key.</param>
/// <param name="line">The line of the second, from 1.</param>
internal sealed class DuplicateKeyException(string key, int line)
    : JsonException($"it states \"{Excerpt.OfName(key)}\" twice, the second time in line {line}")
{
    /// <summary>The key.</summary>
    public string Key => key;
}
