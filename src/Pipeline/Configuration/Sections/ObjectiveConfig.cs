namespace Cppo.Pipeline.Configuration;

/// <summary>The loss.</summary>
public sealed record ObjectiveConfig
{
    [Key("What the loss makes of a token's ratio and its completion's advantage.", Table = typeof(Surrogates))]
    public string Surrogate { get; init; } = "clipped";

    [Key("The ratio is clipped to [1 - epsilon, 1 + epsilonHigh].", Min = 0, Max = 1)]
    public double Epsilon { get; init; } = 0.2;

    [Key("Upper clip range; null: the same as `objective.epsilon`.", Min = 0, Max = 100)]
    public double? EpsilonHigh { get; init; }

    [Key("Weight of the KL term; 0 neither loads nor runs a reference model.", Min = 0, Max = 100)]
    public double Beta { get; init; } = 0.04;

    [Key("How the tokens' terms are averaged.", Table = typeof(Aggregations))]
    public string Aggregation { get; init; } = "sequenceMean";

    [Key(
        "Where the ratio's denominator comes from: recorded at `sampling`, or `recompute`d: the logprobs of the update's first pass, whose "
            + "ratios are then exactly 1. They need no forward of their own.",
        Choices = ["sampling", "recompute"]
    )]
    public string GenerationLogprobs { get; init; } = "sampling";

    [Key(
        "Truncated importance sampling: each token's surrogate is multiplied by min(ratio, cap), the ratio being the first pass's "
            + "probability over the one that was recorded at sampling; a constant of the update. 0: off; else 1 or more, e.g. 2. Needs "
            + "`objective.generationLogprobs` `recompute`.",
        Min = 0,
        Max = 1000
    )]
    public double ImportanceCap { get; init; }

    [Key("What the ratio of `objective.importanceCap` and `objective.importanceBand` is taken of.", Table = typeof(ImportanceLevels))]
    public string ImportanceLevel { get; init; } = "token";

    [Key(
        "[low, high]: tokens whose ratio, as of `objective.importanceCap`, is outside add nothing to the surrogate; at level `sequence` "
            + "all tokens of such a completion. [0, 0]: off.",
        Min = 0,
        Max = 1_000_000
    )]
    public double[] ImportanceBand { get; init; } = [0, 0];
}
