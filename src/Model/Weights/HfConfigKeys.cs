using System.Text.Json.Nodes;
using Cppo.Model.Engine;

namespace Cppo.Model.Weights;

/// <summary>The keys of one config.json; an absent key and one that is null are the same.</summary>
internal sealed class HfConfigKeys(JsonObject json, string path)
{
    internal string Text(string key, string absent) => json[key]?.GetValue<string>() ?? absent;

    internal int Count(string key) => json[key]?.GetValue<int>() ?? throw Fault($"'{key}' is missing");

    internal int Count(string key, int absent) => json[key]?.GetValue<int>() ?? absent;

    internal double Number(string key, double absent) => json[key]?.GetValue<double>() ?? absent;

    internal double Number(string key) => json[key]?.GetValue<double>() ?? throw Fault($"'{key}' is missing");

    internal bool Flag(string key, bool absent) => json[key]?.GetValue<bool>() ?? absent;

    internal bool IsNull(string key) => json.ContainsKey(key) && json[key] is null;

    internal IEnumerable<string> Texts(string key) =>
        json[key] switch
        {
            null => [],
            JsonArray texts => texts.Select(text => text?.GetValue<string>() ?? ""),
            _ => throw Fault($"'{key}' is no list"),
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
}
