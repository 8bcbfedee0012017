namespace Cppo.Model.Memory;

/// <summary>What an engine is for in a run, and the most that it has to do at once.</summary>
public sealed record EngineLoad
{
    /// <summary>Whether it trains; null: it does not. The largest micro-batch.</summary>
    public UpdateLoad? Update { get; init; }

    /// <summary>The requests that it generates; empty: none.</summary>
    public IReadOnlyList<RolloutLoad> Rollouts { get; init; } = [];

    /// <summary>Whether it writes the run's checkpoints.</summary>
    public bool Saves { get; init; }

    /// <summary>Whether it has a reference model.</summary>
    public bool HasReference { get; init; }

    /// <summary>Updates that rollouts may be behind: while one reads a version, the policy is that much further.</summary>
    public int MaxStaleness { get; init; }

    /// <summary>Processes that divide the moments among them.</summary>
    public int Shards { get; init; } = 1;

    /// <summary>Parameters of an adapter, which are trained in place of the model's; 0: there is none.</summary>
    public long AdapterParameters { get; init; }

    /// <summary>Threads of updates, at least 1.</summary>
    public int UpdateThreads { get; init; } = 1;

    /// <summary>Threads of rollouts, at least 1.</summary>
    public int RolloutThreads { get; init; } = 1;
}

/// <summary>A micro-batch whose prompts and completions are all as long.</summary>
/// <param name="Questions">Distinct prompts.</param>
/// <param name="Completions">Of all questions together.</param>
/// <param name="PromptTokens">Of each prompt.</param>
/// <param name="CompletionTokens">Of each completion.</param>
/// <param name="Count">Micro-batches of an update on the device, at least 1.</param>
public sealed record UpdateLoad(int Questions, int Completions, int PromptTokens, int CompletionTokens, int Count = 1)
{
    /// <summary>Rows of tokens that run through the layers: each prompt once, each completion but for its last token.</summary>
    public long Rows => ((long)Questions * PromptTokens) + ((long)Completions * (CompletionTokens - 1));
}

/// <summary>A request for completions.</summary>
/// <param name="Prompts">Prompts of the request.</param>
/// <param name="Group">Completions of each.</param>
/// <param name="PromptTokens">Of the longest prompt.</param>
/// <param name="MaxNewTokens">At most, of a completion.</param>
public sealed record RolloutLoad(int Prompts, int Group, int PromptTokens, int MaxNewTokens);
