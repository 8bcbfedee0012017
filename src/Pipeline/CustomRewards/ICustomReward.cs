using Cppo.Rewards;

namespace Cppo.Pipeline.CustomRewards;

/// <summary>A reward of the user's own, wherever it is computed.</summary>
internal interface ICustomReward : IDisposable
{
    /// <summary>As configured.</summary>
    string Name { get; }

    /// <summary>One finite score for each completion of each group, in their order. Called for several groups at the same time.</summary>
    /// <exception cref="RewardFailedException">It has no usable score; the message is for the user.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> is set.</exception>
    Task<RewardScore[]> ScoreAsync(IReadOnlyList<RewardGroup> groups, CancellationToken cancel);
}

/// <summary>A reward of the user's own gave no usable score, which ends the run: a missing reward is no reward of 0.</summary>
/// <param name="message">For the user, without secrets.</param>
/// <param name="cause">What was thrown with its stack, as a text without secrets; empty where nothing was.</param>
internal sealed class RewardFailedException(string message, string cause = "") : Exception(message)
{
    public override string ToString() => cause.Length == 0 ? base.ToString() : $"{base.ToString()}\n ---> {cause}";
}
