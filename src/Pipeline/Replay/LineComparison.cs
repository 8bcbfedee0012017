using System.Text.Json.Nodes;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Replay;

/// <summary>Compares lines of <c>metrics.jsonl</c> of two runs. Times, speeds and memory are no differences.</summary>
internal static class LineComparison
{
    private static readonly string[] OfTheMachine = ["_seconds", "_per_second", "_spans", "_bytes", "overlap_share", "format_version"];

    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["policy_version"] = DifferenceKinds.PolicyVersion,
        ["learning_rate"] = DifferenceKinds.LearningRate,
        ["loss"] = DifferenceKinds.Loss,
        ["policy_loss"] = DifferenceKinds.Loss,
        ["kl"] = DifferenceKinds.Loss,
        ["clip_ratio"] = DifferenceKinds.Loss,
        ["generation_gap_mean"] = DifferenceKinds.Loss,
        ["generation_gap_max"] = DifferenceKinds.Loss,
        ["importance_ratio_mean"] = DifferenceKinds.Loss,
        ["entropy"] = DifferenceKinds.Loss,
        ["gradient_norm"] = DifferenceKinds.GradientNorm,
        ["steps_skipped"] = DifferenceKinds.Guard,
        ["weights_hash"] = DifferenceKinds.Weights,
    };

    /// <summary>
    /// The differences of two lines of an update, in the order of causes; keys that only one of the programs wrote are passed over.
    /// </summary>
    public static RunDifference[] Of(StepLine a, StepLine b) =>
        [
            .. a
                .Values.Where(pair => !IsOfTheMachine(pair.Key) && b.Values.ContainsKey(pair.Key))
                .Where(pair => !JsonNode.DeepEquals(pair.Value, b.Values[pair.Key]))
                .Select(pair => new RunDifference(
                    Kinds.GetValueOrDefault(pair.Key, DifferenceKinds.Metrics),
                    a.Step,
                    pair.Key,
                    Text(pair.Value),
                    Text(b.Values[pair.Key])
                ))
                .OrderBy(difference => DifferenceKinds.InOrder.ToList().IndexOf(difference.Kind)),
        ];

    /// <summary>Whether a key tells of the machine or the time and not of the update.</summary>
    public static bool IsOfTheMachine(string key) => OfTheMachine.Any(end => key.EndsWith(end, StringComparison.Ordinal));

    private static string? Text(JsonNode? value) =>
        value is JsonValue text && text.TryGetValue(out string? bare) ? bare : value?.ToJsonString();
}
