using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cppo.Model.Files;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Browse;

/// <summary>A key of a run's configuration.</summary>
/// <param name="Name">Dotted, e.g. <c>update.learningRate</c>.</param>
/// <param name="Value">As JSON writes it.</param>
/// <param name="Determines">Whether it changes the run's numbers.</param>
internal sealed record RunKey(string Name, string Value, bool Determines);

/// <summary>
/// A run's <c>config.json</c> as a list of keys, without secrets. Whatever stands there is shown: a value that is no text, such as one
/// with half of a surrogate pair, stays as the file writes it.
/// </summary>
internal sealed class RunKeys
{
    private const int MostBytes = 1 << 24;
    private const string Rewards = "reward.parts";
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private RunKeys(RunKey[] keys, string? fault) => (All, Fault) = (keys, fault);

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<RunKey> All { get; }

    /// <summary>A sentence where the file cannot be read; else null.</summary>
    public string? Fault { get; }

    /// <summary>Reads them; a run whose file cannot be read has none, and a fault.</summary>
    public static RunKeys Read(string runDirectory)
    {
        string path = RunConfigFile.Of(runDirectory);
        try
        {
            using var json = JsonDocument.Parse(InputFile.ReadText(path, MostBytes));
            var keys = new List<RunKey>();
            Add("", json.RootElement, keys);
            return new RunKeys([.. keys], null);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new RunKeys([], $"{path} cannot be read: {FileFault.Reason(fault)}.");
        }
        catch (JsonException fault)
        {
            return new RunKeys([], $"{path} is damaged ({FileFault.Malformed(fault)}).");
        }
    }

    /// <summary>A value that is a text; null where the key is missing or is none.</summary>
    public string? Text(string name)
    {
        try
        {
            return Raw(name) is { } raw && raw.StartsWith('"') ? JsonSerializer.Deserialize<string>(raw) : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A value that is a whole number; null where the key is missing or is none.</summary>
    public long? Whole(string name) =>
        long.TryParse(Raw(name), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    /// <summary>Whether two runs have the same value, a key that one of them lacks counting as what earlier programs meant.</summary>
    public static bool AreEqual(string name, IEnumerable<string?> values) =>
        values.Select(value => value ?? ConfigKeys.ValueOfEarlier(name)).Distinct().Count() == 1;

    /// <summary>The value as JSON writes it; null where the key is missing.</summary>
    public string? Raw(string name) => All.FirstOrDefault(key => key.Name == name)?.Value;

    /// <summary>The keys as a list of JSON.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray("config");
        foreach (var key in All)
        {
            json.WriteStartObject();
            json.WriteString("key", key.Name);
            json.WriteString("value", key.Value);
            json.WriteBoolean("determines", key.Determines);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Add(string prefix, JsonElement value, List<RunKey> keys)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            string name = RenamedKeys.All.Of(prefix) ?? prefix;
            keys.Add(new RunKey(name, name == Rewards ? WithoutSecrets(value) : Text(value), ConfigKeys.Determines(name)));
            return;
        }

        foreach (var member in value.EnumerateObject())
        {
            string name = NameOf(member);
            Add(prefix.Length == 0 ? name : $"{prefix}.{name}", member.Value, keys);
        }
    }

    private static string NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(member));
        }
    }

    private static string Text(JsonElement value)
    {
        try
        {
            return JsonSerializer.Serialize(value, Compact);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or ArgumentException)
        {
            return value.GetRawText();
        }
    }

    /// <summary>Rewards with what <see cref="ReportedConfig"/> hides; all of them are hidden where that cannot be told.</summary>
    private static string WithoutSecrets(JsonElement parts)
    {
        try
        {
            string shown = ReportedConfig.WithoutSecrets("{\"reward\":{\"parts\":" + parts.GetRawText() + "}}");
            using var json = JsonDocument.Parse(shown);
            return JsonSerializer.Serialize(json.RootElement.GetProperty("reward").GetProperty("parts"), Compact);
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException or JsonException)
        {
            return "\"***\"";
        }
    }
}
