using Cppo.Stages;

namespace Cppo.Model.Engine;

/// <summary>What to generate: <see cref="GroupSize"/> completions for each prompt.</summary>
public sealed record GenerationRequest
{
    /// <summary>The prompts; each is run once and shared by its group.</summary>
    public required IReadOnlyList<GenerationPrompt> Prompts { get; init; }

    /// <summary>Completions per prompt, at least 1.</summary>
    public required int GroupSize { get; init; }

    /// <summary>How tokens are drawn.</summary>
    public required SamplingSettings Sampling { get; init; }

    /// <summary>CPU threads, at most the engine's; 0 takes all of them. It changes no result. The torch engine always takes all.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// Takes each token of a completion as it is drawn, in their order; from threads of the engine, which wait for it meanwhile. A GPU's
    /// tokens come several at a time. Null: nobody watches.
    /// </summary>
    public TokenDrawn? OnToken { get; init; }

    /// <summary>
    /// Called for each completion when it has ended, by any thread and by several at a time; an engine that learns of all at once calls
    /// nobody.
    /// </summary>
    public Action? Ended { get; init; }
}

/// <summary>Takes a token that was drawn.</summary>
/// <param name="prompt">Place in the request.</param>
/// <param name="completion">Place in the group.</param>
/// <param name="tokenId">The token.</param>
public delegate void TokenDrawn(int prompt, int completion, int tokenId);

/// <summary>A prompt and the number that its randomness is counted from.</summary>
/// <param name="TokenIds">Shape [P], P at least 1.</param>
/// <param name="Key">Together with seed, completion index and token index this fixes each draw; see <c>CountedRandom</c>.</param>
public sealed record GenerationPrompt(int[] TokenIds, long Key)
{
    /// <summary>
    /// Shape [group]: completion i ends at so many tokens, or at the sampling settings' number where that is smaller; null: all at the
    /// latter.
    /// </summary>
    public IReadOnlyList<int>? MaxNewTokens { get; init; }

    /// <summary>The number of tokens at which a completion of the group ends.</summary>
    /// <param name="completion">Place in the group.</param>
    /// <param name="most">What settings and context allow.</param>
    internal int MaxNewTokensOf(int completion, int most) => MaxNewTokens is null ? most : Math.Min(most, MaxNewTokens[completion]);
}

/// <summary>How tokens are drawn from the logits.</summary>
public sealed record SamplingSettings
{
    /// <summary>
    /// The smallest temperature above 0: smaller ones leave fp32 no digits for the logits' differences, and draw what 0 does.
    /// </summary>
    public const double SmallestTemperature = 0.01;

    /// <summary>
    /// Logits are divided by it; 0 takes the largest logit (lowest id on ties) and records logprobs at temperature 1, others are at least
    /// <see cref="SmallestTemperature"/>.
    /// </summary>
    public double Temperature { get; init; } = 1.0;

    /// <summary>What of the distribution is drawn from; temperature 0 takes the largest logit of all.</summary>
    public SamplingRestriction Restriction { get; init; } = SamplingRestriction.None;

    /// <summary>A completion that reaches this number of tokens ends with <see cref="FinishReason.Length"/>.</summary>
    public required int MaxNewTokens { get; init; }

    /// <summary>Each of these ids ends a completion and is its last token; may be empty.</summary>
    public required IReadOnlyList<int> StopTokenIds { get; init; }

    /// <summary>The run's seed.</summary>
    public ulong Seed { get; init; }
}

/// <summary>The completions of one prompt, in the order of their index.</summary>
public sealed record GeneratedGroup(GeneratedCompletion[] Completions);

/// <summary>Token ids [T], the logprob with which each was drawn [T], and why the completion ended.</summary>
public sealed record GeneratedCompletion(int[] TokenIds, float[] Logprobs, FinishReason FinishReason);
