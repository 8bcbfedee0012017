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
        "Where the ratio's denominator comes from: recorded at `sampling`, or `recompute`d by another forward pass before the update.",
        Choices = ["sampling", "recompute"]
    )]
    public string GenerationLogprobs { get; init; } = "sampling";
}
