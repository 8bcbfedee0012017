using Cppo.Pipeline.MetricSinks;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Library;

/// <summary>What one update did; the same numbers as its line in <c>metrics.jsonl</c>. Shares are 0 .. 1.</summary>
public sealed record UpdateSummary
{
    /// <summary>The update, from 0.</summary>
    public required int Step { get; init; }

    /// <summary>Updates of the whole run, <c>run.updates</c>.</summary>
    public required int TotalUpdates { get; init; }

    /// <summary>Questions that were asked for it.</summary>
    public required int Questions { get; init; }

    /// <summary>Completions of these questions.</summary>
    public required int CompletionsGenerated { get; init; }

    /// <summary>Those of them that were trained on.</summary>
    public required int CompletionsKept { get; init; }

    /// <summary>Mean over all completions of the weighted sum of the rewards.</summary>
    public required double RewardMean { get; init; }

    /// <summary>Mean over all completions of each reward by its name, before weighting.</summary>
    public required IReadOnlyDictionary<string, double> Rewards { get; init; }

    /// <summary>Share of completions whose answer is right.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Loss of the update, mean over its passes.</summary>
    public required double Loss { get; init; }

    /// <summary>Of the weights after the update, in fp32: XxHash128 in hexadecimal digits.</summary>
    public required string WeightsHash { get; init; }

    /// <summary>Since the run began, earlier parts of a resumed run included.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>
    /// Every number of the update's line by its key (docs/metrics.md), those of its objects as <c>rewards.format</c>; what is no finite
    /// number is not there.
    /// </summary>
    public required IReadOnlyDictionary<string, double> Numbers { get; init; }

    internal static UpdateSummary Of(UpdateMetrics metrics, int totalUpdates) =>
        new()
        {
            Step = metrics.Step,
            TotalUpdates = totalUpdates,
            Questions = metrics.Questions,
            CompletionsGenerated = metrics.CompletionsGenerated,
            CompletionsKept = metrics.CompletionsKept,
            RewardMean = metrics.RewardMean,
            Rewards = metrics.Rewards,
            Accuracy = metrics.Accuracy,
            Loss = metrics.Loss,
            WeightsHash = metrics.WeightsHash,
            Elapsed = TimeSpan.FromSeconds(metrics.ElapsedSeconds),
            Numbers = MetricLine
                .Of(MetricKind.Update, StepLog<UpdateMetrics>.ToJson(metrics), DateTimeOffset.UtcNow)
                .Values.ToDictionary(value => value.Part is null ? value.Name : $"{value.Name}.{value.Part}", value => value.Value),
        };
}
