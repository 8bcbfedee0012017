using System.Collections.ObjectModel;

namespace Cppo.Pipeline.Configuration;

/// <summary>How completions are scored and compared within their group.</summary>
public sealed record RewardConfig
{
    [Key("The rewards; a completion's reward is their weighted sum.")]
    public RewardPartConfig[] Parts { get; init; } = [new() { Name = "accuracy" }, new() { Name = "format" }];

    [Key("n of the n-grams that the `repetition` reward counts.", Min = 1, Max = 64, Unit = "words")]
    public int RepetitionNgram { get; init; } = 3;

    [Key("The most negative value of the `repetition` reward.", Min = -1000, Max = 0)]
    public double RepetitionMaxPenalty { get; init; } = -1.0;

    [Key("`cosine` of a right answer of `cosineMaxLength` tokens or more.", Min = -1000, Max = 1000)]
    public double CosineMinValueCorrect { get; init; } = 0.5;

    [Key("`cosine` of a right answer of length 0.", Min = -1000, Max = 1000)]
    public double CosineMaxValueCorrect { get; init; } = 1.0;

    [Key("`cosine` of a wrong answer of length 0.", Min = -1000, Max = 1000)]
    public double CosineMinValueWrong { get; init; } = -1.0;

    [Key("`cosine` of a wrong answer of `cosineMaxLength` tokens or more.", Min = -1000, Max = 1000)]
    public double CosineMaxValueWrong { get; init; } = -0.5;

    [Key("Length at which `cosine` ends; `null`: `rollout.maxNewTokens`.", Min = 1, Max = 1_048_576, Unit = "tokens")]
    public int? CosineMaxLength { get; init; }

    [Key("Length at which `overlong` is -1; `null`: `rollout.maxNewTokens`.", Min = 1, Max = 1_048_576, Unit = "tokens")]
    public int? OverlongMaxLength { get; init; }

    [Key(
        "Tokens before `overlongMaxLength` over which `overlong` falls from 0 to -1; `null`: a fifth of it, DAPO's 4096 of 20480.",
        Min = 0,
        Max = 1_048_576,
        Unit = "tokens"
    )]
    public int? OverlongCache { get; init; }

    [Key("The lowest value that a reward may give, before its weight; a lower one stops the run.", Min = -1e9, Max = 1e9)]
    public double Lowest { get; init; } = -1000;

    [Key("The highest value that a reward may give, before its weight; a higher one stops the run.", Min = -1e9, Max = 1e9)]
    public double Highest { get; init; } = 1000;

    [Key("Added to the standard deviation that advantages are divided by.", Min = 1e-12, Max = 1)]
    public double AdvantageEpsilon { get; init; } = 1e-4;
}

/// <summary>One reward and its weight: one of the program's, a .NET assembly's, or one that an HTTP server computes.</summary>
public sealed record RewardPartConfig
{
    [Key(
        "A reward of the program, or a name of your own for a reward with `assembly` or `url`.",
        Table = typeof(BuiltInRewards),
        AlsoPattern = true,
        Pattern = "^[A-Za-z][A-Za-z0-9_]{0,59}$",
        PatternHint = "a letter, then up to 59 letters, digits and underscores"
    )]
    public string Name { get; init; } = "";

    [Key("Factor of this reward in the sum.", Min = -1000, Max = 1000)]
    public double Weight { get; init; } = 1.0;

    [Key("The .dll of a reward of your own, see docs/rewards.md.", OmitEmpty = true)]
    public string Assembly { get; init; } = "";

    [Key("The class in `assembly`, with its namespace; needed only where several implement `Cppo.Rewards.IGroupReward`.", OmitEmpty = true)]
    public string Type { get; init; } = "";

    [Key(
        "The http or https address that a reward of your own is asked at, see docs/rewards.md; `env:NAME` in its path or query takes the "
            + "value from the environment variable NAME.",
        OmitEmpty = true
    )]
    public string Url { get; init; } = "";

    [Key("With `url`: the longest that one attempt may take; `null`: 30.", Min = 0.1, Max = 86_400, Unit = "seconds", OmitEmpty = true)]
    public double? TimeoutSeconds { get; init; }

    [Key(
        "With `url`: further attempts after timeouts, faults of the connection and the answers 408, 429 and 5xx; `null`: 4.",
        Min = 0,
        Max = 100,
        Unit = "attempts",
        OmitEmpty = true
    )]
    public int? Retries { get; init; }

    [Key("With `url`: the most completions of one request; `null`: 64.", Min = 1, Max = 65_536, Unit = "completions", OmitEmpty = true)]
    public int? Batch { get; init; }

    [Key("With `url`: the most requests at a time; `null`: 4.", Min = 1, Max = 1024, Unit = "requests", OmitEmpty = true)]
    public int? Concurrency { get; init; }

    [Key(
        "With `url`: header fields of each request; `env:NAME` takes the value from the environment variable NAME, so that no secret "
            + "stands in a file.",
        OmitEmpty = true
    )]
    public IReadOnlyDictionary<string, string> Headers { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Whether it is a reward of the user's own.</summary>
    internal bool IsCustom => Assembly.Length > 0 || Url.Length > 0;
}
