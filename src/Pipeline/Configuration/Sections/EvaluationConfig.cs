using Cppo.Model.Engine;

namespace Cppo.Pipeline.Configuration;

/// <summary>When and how the policy is measured on the test questions.</summary>
public sealed record EvaluationConfig
{
    [Key("Evaluate before the first update.")]
    public bool Before { get; init; } = true;

    [Key("Evaluate after the last update.")]
    public bool After { get; init; } = true;

    [Key("Updates between evaluations; 0: none in between.", Min = 0, Max = 10_000_000, Unit = "updates")]
    public int Every { get; init; }

    [Key("Temperature of the samples, 0.01 or more; 0 is greedy.", Min = 0, Max = 10)]
    public double Temperature { get; init; }

    [Key(
        "Samples are drawn from the fewest likeliest tokens that have this share of the probability (of what `evaluation.topK` leaves); 1: "
            + "off.",
        Min = SamplingRestriction.SmallestTopP,
        Max = 1
    )]
    public double TopP { get; init; } = 1;

    [Key("Samples are drawn from so many likeliest tokens; 0: off.", Min = 0, Max = 10_000_000, Unit = "tokens")]
    public int TopK { get; init; }

    [Key("Samples are drawn from tokens at least so many times as likely as the likeliest; 0: off.", Min = 0, Max = 1)]
    public double MinP { get; init; }

    [Key("Samples per question; the accuracy is their mean.", Min = 1, Max = 4096, Unit = "samples")]
    public int Samples { get; init; } = 1;
}
