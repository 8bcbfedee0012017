namespace Cppo.Pipeline.Configuration;

/// <summary>Which completions of a group are not trained on.</summary>
public sealed record PruneConfig
{
    [Key("Which completions are removed.", Table = typeof(PruneRules))]
    public string Rule { get; init; } = "lowestAbsolute";

    [Key(
        "k: completions kept per question, at most `rollout.group`; the pruning rate is 1 - k/G. Only rules that keep a number of "
            + "completions use it.",
        Min = 1,
        Max = 4096,
        Unit = "completions"
    )]
    public int Keep { get; init; } = 2;

    [Key("Among which completions the k best are chosen.", Table = typeof(PruneScopes))]
    public string Scope { get; init; } = "question";

    [Key("gamma of the rules that name it; other rules do not use it.", Min = 0, Max = 64)]
    public double Threshold { get; init; } = 1.0;
}
