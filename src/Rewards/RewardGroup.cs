namespace Cppo.Rewards;

/// <summary>A question and the completions that a policy gave to it.</summary>
public sealed record RewardGroup
{
    /// <summary>The dataset's id of the question, or <c>file-name:row</c>.</summary>
    public required string QuestionId { get; init; }

    /// <summary>What is asked, as the dataset has it, without the prompt's template; empty where only completions are scored.</summary>
    public required string Question { get; init; }

    /// <summary>The gold answer, as the dataset has it.</summary>
    public required string Answer { get; init; }

    /// <summary>At least one: in training the G completions of the question, in the order in which they were sampled.</summary>
    public required IReadOnlyList<RewardCompletion> Completions { get; init; }
}

/// <summary>One sampled answer.</summary>
public sealed record RewardCompletion
{
    /// <summary>The decoded tokens without special tokens.</summary>
    public required string Text { get; init; }

    /// <summary>Length in tokens, a stop token included; in words where the tokens are not known.</summary>
    public required int NumTokens { get; init; }

    /// <summary>Whether it ended because it reached <c>rollout.maxNewTokens</c>.</summary>
    public bool IsTruncated { get; init; }
}

/// <summary>What a completion earns.</summary>
/// <param name="Value">Before weighting; finite.</param>
/// <param name="Reason">Why, in words; it joins the column <c>reward_reason</c> as "name: reason". Null or empty: nothing to say.</param>
public readonly record struct RewardScore(double Value, string? Reason = null);
