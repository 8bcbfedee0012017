using System.Text.Json;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Distributed;

/// <summary>How many devices a run was begun with, which determine what its batches hold.</summary>
/// <param name="Update">Those that train; null: nothing is known.</param>
/// <param name="Rollout">Those that generate.</param>
internal sealed record RunDevices(int? Update, int? Rollout)
{
    /// <summary>Those of the run that a configuration continues; unknown where it begins one.</summary>
    public static RunDevices Recorded(PipelineConfig config)
    {
        string path = RunConfigFile.Of(Path.Combine(config.Run.Directory, config.Run.Name));
        if (!config.Run.Resume || !File.Exists(path))
        {
            return new RunDevices(null, null);
        }

        try
        {
            var keys = ConfigKeys.Flatten(File.ReadAllText(path));
            return new RunDevices(Count(keys, "update.devices"), Count(keys, "rollout.devices"));
        }
        catch (JsonException)
        {
            // What is wrong with the file is said where it is opened.
            return new RunDevices(null, null);
        }
    }

    /// <summary>As a text for other processes.</summary>
    public string ToText() => JsonSerializer.Serialize(this);

    /// <summary>What <see cref="ToText"/> wrote.</summary>
    public static RunDevices Parse(string text) => JsonSerializer.Deserialize<RunDevices>(text)!;

    private static int? Count(IReadOnlyDictionary<string, string> keys, string key) =>
        keys.TryGetValue(key, out string? list) && JsonSerializer.Deserialize<string[]>(list) is { Length: > 0 } devices
            ? devices.Length
            : null;
}
