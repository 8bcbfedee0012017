using System.Text.Json.Nodes;

namespace Cppo.Pipeline.Telemetry;

/// <summary>Lines of earlier programs in the keys of now.</summary>
internal static class EarlierLines
{
    /// <summary>The first version in which <c>policy_version</c> is the one that generated, and <c>fill</c> has three successors.</summary>
    private const int GeneratingVersion = 3;

    /// <summary>Gives an update's line of an earlier version the meanings of now; what it did not state stays absent.</summary>
    public static void Renew(JsonObject line, int version)
    {
        if (version >= GeneratingVersion)
        {
            return;
        }

        if (line.Remove("fill", out var fill))
        {
            line["token_fill"] = fill;
        }

        // It was the version that the update made.
        if (line.ContainsKey("policy_version") && Whole(line, "step") is { } step && Whole(line, "staleness") is { } staleness)
        {
            line["policy_version"] = step - staleness;
        }
    }

    private static int? Whole(JsonObject line, string key) =>
        line[key] is JsonValue value && value.TryGetValue(out int number) ? number : null;
}
