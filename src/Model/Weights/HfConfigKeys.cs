using System.Text.Json;
using System.Text.Json.Nodes;
using Cppo.Model.Engine;
using Cppo.Model.Files;

namespace Cppo.Model.Weights;

/// <summary>The keys of one config.json; an absent key and one that is null are the same.</summary>
internal sealed class HfConfigKeys(JsonObject json, string path)
{
    internal string Text(string key, string absent) =>
        json[key] switch
        {
            null => absent,
            JsonValue value when value.GetValueKind() == JsonValueKind.String => TextOf(key, value),
            var other => throw Wrong(key, other, "a text"),
        };

    internal int Count(string key) => json[key] is null ? throw Fault($"'{key}' is missing") : Count(key, 0);

    internal int Count(string key, int absent) =>
        json[key] switch
        {
            null => absent,
            JsonValue value when value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out int count) => count,
            var other => throw Wrong(key, other, "a whole number"),
        };

    internal double Number(string key, double absent) =>
        json[key] switch
        {
            null => absent,
            JsonValue value when value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out double number) => number,
            var other => throw Wrong(key, other, "a number"),
        };

    internal double Number(string key) => json[key] is null ? throw Fault($"'{key}' is missing") : Number(key, 0);

    internal bool Flag(string key, bool absent) =>
        json[key] switch
        {
            null => absent,
            JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => value.GetValue<bool>(),
            var other => throw Wrong(key, other, "true or false"),
        };

    internal bool IsNull(string key) => json.ContainsKey(key) && json[key] is null;

    internal IEnumerable<string> Texts(string key) =>
        json[key] switch
        {
            null => [],
            JsonArray texts => texts.Select(text =>
                text is JsonValue value && value.GetValueKind() == JsonValueKind.String
                    ? TextOf(key, value)
                    : throw Wrong(key, texts, "a list of texts")
            ),
            var other => throw Wrong(key, other, "a list of texts"),
        };

    /// <summary>The keys of an object; null where there is none.</summary>
    internal HfConfigKeys? Object(string key) =>
        json[key] switch
        {
            null => null,
            JsonObject inner => new HfConfigKeys(inner, $"{path}: {key}"),
            _ => throw Fault($"'{key}' is no object"),
        };

    /// <summary>A sentence that begins with the file.</summary>
    internal ModelFileException Fault(string what) => new($"{path}: {what}.");

    private string TextOf(string key, JsonValue value)
    {
        try
        {
            return value.GetValue<string>();
        }
        catch (InvalidOperationException)
        {
            throw Fault($"'{key}' holds half of a surrogate pair");
        }
    }

    private ModelFileException Wrong(string key, JsonNode value, string wanted)
    {
        string stated =
            value is JsonValue ? Excerpt.OfName(value.ToJsonString())
            : value is JsonArray ? "a list"
            : "an object";
        return Fault($"'{key}' is {stated}; it must be {wanted}");
    }
}
