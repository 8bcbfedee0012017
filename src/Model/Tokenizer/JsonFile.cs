using System.Text.Json;
using Cppo.Model.Engine;
using Cppo.Model.Files;

namespace Cppo.Model.Tokenizer;

/// <summary>One JSON file while it is read. Whatever is wrong with it becomes a <see cref="ModelFileException"/> that names it.</summary>
internal sealed class JsonFile
{
    private JsonFile(string path, JsonElement root) => (Path, Root) = (path, root);

    public string Path { get; }

    /// <summary>The file's outermost object.</summary>
    public JsonElement Root { get; }

    /// <summary>Reads a file whose outermost value is an object.</summary>
    public static T Read<T>(string path, Func<JsonFile, T> read)
    {
        try
        {
            using var document = StrictJson.Parse(ModelFile.ReadBytes(path));
            var file = new JsonFile(path, document.RootElement);
            return document.RootElement.ValueKind == JsonValueKind.Object ? read(file) : throw file.Fault("holds no JSON object");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ModelFileException($"{path} is not well-formed JSON ({FileFault.Malformed(e)}); copy the model's file again.", e);
        }
    }

    /// <summary>Reads a file; <paramref name="absent"/> where it does not exist.</summary>
    public static T ReadIfPresent<T>(string path, T absent, Func<JsonFile, T> read) => File.Exists(path) ? Read(path, read) : absent;

    /// <summary>The exception for what is wrong with this file; what is wrong follows the file's name, e.g. "has no vocab".</summary>
    public ModelFileException Fault(string problem, string remedy = "copy the model's file again") => new($"{Path} {problem}; {remedy}.");

    /// <summary>A property's value; null where it is absent or JSON's null.</summary>
    public static JsonElement? Find(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    /// <summary>A property that must be there.</summary>
    public JsonElement Require(JsonElement element, string name, JsonValueKind kind) =>
        Find(element, name) is { } value && value.ValueKind == kind ? value : throw Fault($"has no {name} of type {NameOf(kind)}");

    /// <summary>A string.</summary>
    public string Text(JsonElement element, string what) =>
        element.ValueKind == JsonValueKind.String ? element.GetString()! : throw Fault($"has a {what} that is no string");

    /// <summary>An integer of 0 or more.</summary>
    public int Count(JsonElement element, string what) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int value) && value >= 0
            ? value
            : throw Fault($"has a {what} that is no integer of 0 or more");

    /// <summary>A boolean property; false where it is absent.</summary>
    public bool Flag(JsonElement element, string name) =>
        Find(element, name)?.ValueKind switch
        {
            null or JsonValueKind.False => false,
            JsonValueKind.True => true,
            _ => throw Fault($"has a {name} that is neither true nor false"),
        };

    /// <summary>A string property; empty where it is absent.</summary>
    public string TextOrEmpty(JsonElement element, string name) => Find(element, name) is { } value ? Text(value, name) : "";

    /// <summary>The steps of a component of tokenizer.json, which may be null, one step or a Sequence.</summary>
    public List<JsonElement> Steps(string name, string sequenceName)
    {
        if (Find(Root, name) is not { } component)
        {
            return [];
        }

        return TextOrEmpty(component, "type") == "Sequence"
            ? [.. Require(component, sequenceName, JsonValueKind.Array).EnumerateArray()]
            : [component];
    }

    private static string NameOf(JsonValueKind kind) =>
        kind switch
        {
            JsonValueKind.Array => "array",
            JsonValueKind.Object => "object",
            JsonValueKind.Number => "number",
            _ => "string",
        };
}
