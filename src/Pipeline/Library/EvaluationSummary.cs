using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Library;

/// <summary>
/// What one evaluation on the test questions gave; the same numbers as its line in <c>evaluations.jsonl</c>. Shares are 0 .. 1.
/// </summary>
public sealed record EvaluationSummary
{
    /// <summary>Updates done before the evaluation.</summary>
    public required int UpdatesDone { get; init; }

    /// <summary>Test questions.</summary>
    public required int Questions { get; init; }

    /// <summary>Share of right answers.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Lower end of the 95 % interval of <see cref="Accuracy"/>.</summary>
    public required double AccuracyLow { get; init; }

    /// <summary>Upper end of the same.</summary>
    public required double AccuracyHigh { get; init; }

    /// <summary>Share of answers that are right by the lenient judgement, which asks for no format.</summary>
    public required double LenientAccuracy { get; init; }

    /// <summary>Share of completions that keep the format.</summary>
    public required double FormatRate { get; init; }

    internal static EvaluationSummary Of(EvaluationMetrics metrics) =>
        new()
        {
            UpdatesDone = metrics.Step,
            Questions = metrics.Questions,
            Accuracy = metrics.Accuracy,
            AccuracyLow = metrics.AccuracyLow,
            AccuracyHigh = metrics.AccuracyHigh,
            LenientAccuracy = metrics.LenientAccuracy,
            FormatRate = metrics.FormatRate,
        };
}
