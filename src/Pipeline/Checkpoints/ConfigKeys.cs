using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Checkpoints;

/// <summary>A resolved <c>config.json</c> as a flat list of keys, and which of them a resumed run must share.</summary>
internal static class ConfigKeys
{
    /// <summary>Keys (and sections) that change how a run is named, watched or scheduled on a machine, but none of its numbers.</summary>
    private static readonly string[] Free =
    [
        FileFormat.JsonKey,
        ProgramVersion.JsonKey,
        "run.name",
        "run.directory",
        "run.resume",
        "run.restart",
        "run.acceptMissing",
        "run.memoryLimit",
        "model.threads",
        "data.test",
        "reward.lowest",
        "reward.highest",
        "evaluation",
        "checkpoint",
        "update.shardOptimizer",
        "flow.stageCapacity",
        "flow.rewardParallelism",
        "flow.maxConsecutiveEmptyUpdates",
        "sinks",
    ];

    /// <summary>Keys that earlier programs did not have, with the value that means what these did: left out where they have it.</summary>
    private static readonly Dictionary<string, string> Later = new(StringComparer.Ordinal)
    {
        ["model.lora.rank"] = "0",
        ["model.lora.alpha"] = "32",
        ["model.lora.targetModules"] = "[\"q_proj\",\"k_proj\",\"v_proj\",\"o_proj\",\"gate_proj\",\"up_proj\",\"down_proj\"]",
        ["model.lora.basePrecision"] = "\"fp32\"",
        ["prompt.chat"] = "\"auto\"",
        ["rollout.topP"] = "1",
        ["rollout.topK"] = "0",
        ["rollout.minP"] = "0",
        ["objective.surrogate"] = "\"clipped\"",
        ["objective.importanceCap"] = "0",
        ["objective.importanceLevel"] = "\"token\"",
        ["objective.importanceBand"] = "[0,0]",
        ["update.guard.multiple"] = "0",
        ["update.guard.window"] = "50",
        ["model.reference.precision"] = "\"fp32\"",
        ["rollout.precision"] = "\"fp32\"",
        ["update.momentPrecision"] = "\"fp32\"",
        ["update.collective"] = "\"mpi\"",
    };

    /// <summary>Keys of a reward of the user's own that say where and how it is reached.</summary>
    private static readonly string[] FreeOfRewards = ["assembly", "url", "timeoutSeconds", "retries", "batch", "concurrency", "headers"];

    /// <summary>
    /// Dotted key and value as JSON writes it, in the order of the file; a list is one value. Example: <c>update.learningRate</c>,
    /// <c>1E-05</c>.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Flatten(string json)
    {
        using var document = JsonDocument.Parse(json);
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        Add("", document.RootElement, keys);
        return keys;
    }

    /// <summary>
    /// Hash of the keys that determine a run's numbers, independent of their order in the file. A key counts under the first name that it
    /// had, as checkpoints of then have it.
    /// </summary>
    public static string Hash(string json)
    {
        string text = string.Join(
            '\n',
            Determining(json)
                .Select(key => (Name: RenamedKeys.All.Before(key.Key) ?? key.Key, key.Value))
                .OrderBy(key => key.Name, StringComparer.Ordinal)
                .Select(key => $"{key.Name}={key.Value}")
        );
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>The determining keys whose values differ, each as "key (was X, is Y)".</summary>
    public static IReadOnlyList<string> Differences(string before, string now)
    {
        var (old, current) = (Determining(before), Determining(now));
        return
        [
            .. old
                .Keys.Union(current.Keys)
                .Where(key => old.GetValueOrDefault(key) != current.GetValueOrDefault(key))
                .Select(key => $"{key} (was {old.GetValueOrDefault(key, "unset")}, is {current.GetValueOrDefault(key, "unset")})"),
        ];
    }

    /// <summary>Whether a key changes a run's numbers, rather than how it is named, watched or scheduled on a machine.</summary>
    public static bool Determines(string key) =>
        !Array.Exists(Free, free => key == free || key.StartsWith(free + ".", StringComparison.Ordinal));

    /// <summary>What a key means in runs of programs that did not have it; null where all had it.</summary>
    public static string? ValueOfEarlier(string key) => Later.GetValueOrDefault(key);

    private static Dictionary<string, string> Determining(string json) =>
        Flatten(json)
            .Select(key => KeyValuePair.Create(RenamedKeys.All.Of(key.Key) ?? key.Key, key.Value))
            .Where(key => Later.GetValueOrDefault(key.Key) != key.Value)
            .Where(key => Determines(key.Key))
            .ToDictionary(
                key => key.Key,
                key => key.Key == "reward.parts" ? WithoutFreeKeys(key.Value) : key.Value,
                StringComparer.Ordinal
            );

    private static string WithoutFreeKeys(string rewards)
    {
        var parts = JsonNode.Parse(rewards)!.AsArray();
        foreach (var part in parts.OfType<JsonObject>())
        {
            foreach (string key in FreeOfRewards)
            {
                part.Remove(key);
            }
        }

        return parts.ToJsonString();
    }

    private static void Add(string key, JsonElement value, Dictionary<string, string> keys)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            keys[key] = JsonSerializer.Serialize(value);
            return;
        }

        foreach (var member in value.EnumerateObject())
        {
            Add(key.Length == 0 ? member.Name : $"{key}.{member.Name}", member.Value, keys);
        }
    }
}
