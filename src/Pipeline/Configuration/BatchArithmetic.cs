using System.Globalization;

namespace Cppo.Pipeline.Configuration;

/// <summary>What one update generates and trains on, derived from the configuration.</summary>
/// <param name="Capacity">Completions that an update trains on at most: devices * B * G.</param>
/// <param name="Questions">Questions per update; with allocation mode <c>tokens</c> the fewest that are asked.</param>
/// <param name="Generated">Completions generated per update: questions * G.</param>
/// <param name="Trained">Completions kept per update: questions * k; null where a threshold decides.</param>
/// <param name="PruningRate">1 - k/G; null where a threshold decides.</param>
internal sealed record BatchArithmetic(int Capacity, int Questions, int Generated, int? Trained, double? PruningRate)
{
    /// <summary>
    /// Example: 1 device, B = 4, G = 16, k = 2, mode <c>completions</c>: capacity 64, 32 questions, 512 generated, 64 trained.
    /// </summary>
    public static BatchArithmetic Of(PipelineConfig config)
    {
        var (devices, perDevice, group) = (config.Update.Devices.Length, config.Update.QuestionsPerDevice, config.Rollout.Group);
        int capacity = checked(devices * perDevice * group);
        int? kept = Rule(config).KeptOf(config.Prune.Keep, group) is { IsSome: true, Value: var fixedNumber } ? fixedNumber : null;
        int questions = config.Allocation.Mode == "completions" && kept is { } k ? capacity / k : devices * perDevice;
        return new(capacity, questions, checked(questions * group), questions * kept, 1 - ((double?)kept / group));
    }

    /// <summary>The arithmetic in words, one line a step, for the start of a run.</summary>
    public static IReadOnlyList<string> Explain(PipelineConfig config)
    {
        var a = Of(config);
        var (devices, update) = (config.Update.Devices.Length, config.Update);
        return
        [
            string.Create(
                CultureInfo.InvariantCulture,
                $"capacity: {Count(update.QuestionsPerDevice, "question")} x {config.Rollout.Group} "
                    + $"completions{(devices > 1 ? $" x {devices} devices" : " on 1 device")} = {Count(a.Capacity, "completion")} an update"
            ),
            Pruning(config, a),
            Allocation(config, a),
            $"update: {Count(a.Questions, "question")}{AtLeast(config)}, {Count(a.Generated, "completion")} generated, "
                + $"{(a.Trained is { } trained ? $"{trained} trained" : "as many trained as pass")}, "
                + $"{Count(update.Passes, "pass", "passes")}",
            $"run: {Count(config.Run.Updates, "update")}, {(long)config.Run.Updates * a.Questions} questions{AtLeast(config)}, "
                + $"{(long)config.Run.Updates * update.Passes} optimizer steps",
        ];
    }

    private static PruneRule Rule(PipelineConfig config) => PruneRules.table.Find(config.Prune.Rule);

    private static string Pruning(PipelineConfig config, BatchArithmetic a)
    {
        var rule = Rule(config);
        string kept =
            rule.UsesKeep
                ? $"keep {config.Prune.Keep} of {config.Rollout.Group}{(config.Prune.Scope == "batch" ? " on average over the batch" : "")}"
            : a.Trained is null ? $"as many of {config.Rollout.Group} stay as pass"
            : $"all {config.Rollout.Group} completions of a question are kept";
        string threshold = rule.UsesThreshold ? string.Create(CultureInfo.InvariantCulture, $", threshold {config.Prune.Threshold}") : "";
        string rate = rule.UsesKeep ? string.Create(CultureInfo.InvariantCulture, $" (pruning rate {a.PruningRate:0.####})") : "";
        return $"pruning: {rule.Name}{threshold}, {kept}{rate}";
    }

    private static string Allocation(PipelineConfig config, BatchArithmetic a) =>
        (config.Allocation.Mode, a.Trained) switch
        {
            ("tokens", _) => $"allocation: tokens, questions join until "
                + $"{Count(config.Update.Devices.Length * config.Update.MicroBatchesPerDevice, "micro-batch", "micro-batches")} of "
                + $"{config.Update.MicroBatchTokens} tokens hold no more",
            ("completions", { } trained) =>
                $"allocation: completions, {a.Capacity} / {trained / a.Questions} kept = {Count(a.Questions, "question")} an "
                    + $"update{(trained < a.Capacity ? $", {Count(a.Capacity - trained, "place")} stay empty" : "")}",
            ("completions", null) => "allocation: completions, further questions join while there is room",
            _ => "allocation: off, the room that pruning frees stays free",
        };

    private static string AtLeast(PipelineConfig config) => config.Allocation.Mode == "tokens" ? " or more" : "";

    private static string Count(long number, string one, string? many = null) => $"{number} {(number == 1 ? one : many ?? one + "s")}";
}
