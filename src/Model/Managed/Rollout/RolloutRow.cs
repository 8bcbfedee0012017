using Cppo.Model.Engine;
using Cppo.Stages;

namespace Cppo.Model.Managed.Rollout;

/// <summary>A prompt whose completions a lane is generating.</summary>
internal sealed class OpenPrompt
{
    /// <summary>Place in the request.</summary>
    internal int Prompt { get; private set; }

    /// <summary>Which of the lane's stretches of places, and of its hidden rows, the prompt has.</summary>
    internal int Stretch { get; private set; }

    /// <summary>Its tokens.</summary>
    internal int[] TokenIds { get; private set; } = [];

    /// <summary>Tokens.</summary>
    internal int Length => TokenIds.Length;

    /// <summary>The next completion to begin.</summary>
    internal int NextCompletion { get; set; }

    /// <summary>Completions from this one on are not this lane's.</summary>
    internal int EndCompletion { get; private set; }

    /// <summary>Completions that have not ended.</summary>
    internal int Unfinished { get; set; }

    internal void Open(RolloutUnit unit, int stretch, int[] tokenIds)
    {
        (Prompt, Stretch, TokenIds) = (unit.Prompt, stretch, tokenIds);
        (NextCompletion, EndCompletion) = (unit.FirstCompletion, unit.FirstCompletion + unit.NumCompletions);
        Unfinished = unit.NumCompletions;
    }
}

/// <summary>
/// A completion in progress: what was drawn so far. Completions of a prompt whose tokens are the same so far are one row of the layers:
/// that of the first of them, which the others follow in a chain until they draw another token.
/// </summary>
internal sealed class RolloutRow(int stretch, int maxLength, TokenDrawn? onToken)
{
    private readonly int[] tokens = new int[maxLength];
    private readonly float[] logprobs = new float[maxLength];

    /// <summary>Which of the lane's stretches of places the completion has.</summary>
    internal int Stretch { get; private set; } = stretch;

    /// <summary>The next completion with the same tokens.</summary>
    internal RolloutRow? Follower { get; set; }

    internal OpenPrompt Prompt { get; private set; } = null!;

    /// <summary>Place in its group.</summary>
    internal int Index { get; private set; }

    /// <summary>Tokens drawn.</summary>
    internal int Length { get; private set; }

    /// <summary>It ends at so many tokens.</summary>
    internal int MaxLength { get; private set; }

    internal int LastToken => tokens[Length - 1];

    /// <summary>Begins another completion, of at most as many tokens as there is room for.</summary>
    internal void Begin(OpenPrompt prompt, int index, int length) =>
        (Prompt, Index, Length, MaxLength, Follower) = (prompt, index, 0, length, null);

    /// <summary>Adds a completion with the same tokens.</summary>
    internal void Lead(RolloutRow follower) => (follower.Follower, Follower) = (Follower, follower);

    /// <summary>Takes over the other one's keys and values.</summary>
    internal void SwapStretch(RolloutRow other) => (Stretch, other.Stretch) = (other.Stretch, Stretch);

    internal void Add(int token, float logprob)
    {
        (tokens[Length], logprobs[Length]) = (token, logprob);
        Length++;
        onToken?.Invoke(Prompt.Prompt, Index, token);
    }

    internal GeneratedCompletion ToCompletion(bool stopped) =>
        new(tokens[..Length], logprobs[..Length], stopped ? FinishReason.Stop : FinishReason.Length);
}
