using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Telemetry;

/// <summary>One line of <c>evaluations.jsonl</c>: greedy or sampled pass@1 on the test questions.</summary>
internal sealed record EvaluationMetrics : IStepRecord
{
    /// <summary>Of the line, so that a resumed run may add to lines of an older program.</summary>
    public int FormatVersion { get; init; } = FileFormat.Metrics.Current;

    /// <summary>Updates done before the evaluation.</summary>
    public required int Step { get; init; }

    /// <summary>Share of right answers.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Lower end of the 95 % interval.</summary>
    public required double AccuracyLow { get; init; }

    /// <summary>Upper end of the 95 % interval.</summary>
    public required double AccuracyHigh { get; init; }

    /// <summary>Share of answers that are right by the lenient judgement, which asks for no format.</summary>
    public required double LenientAccuracy { get; init; }

    /// <summary>Lower end of its 95 % interval.</summary>
    public required double LenientAccuracyLow { get; init; }

    /// <summary>Upper end of its 95 % interval.</summary>
    public required double LenientAccuracyHigh { get; init; }

    /// <summary>Share of completions that keep the format.</summary>
    public required double FormatRate { get; init; }

    /// <summary>Test questions.</summary>
    public required int Questions { get; init; }

    /// <summary>Those of them whose gold answer cannot be read, which count as wrong.</summary>
    public int UnreadableGolds { get; init; }
}
