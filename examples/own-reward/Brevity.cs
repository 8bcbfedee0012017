// A reward of one's own: pipeline.json names the assembly that this builds, and README.md says how to run it.
using Cppo.Rewards;

namespace OwnReward;

/// <summary>1 for an empty completion, 0 for one of <see cref="Longest"/> tokens or more, a straight line between.</summary>
public sealed class Brevity : IGroupReward
{
    private const double Longest = 48;

    public IReadOnlyList<RewardScore> Score(RewardGroup group, CancellationToken cancel) => [.. group.Completions.Select(Score)];

    // The reason joins the column reward_reason of the run's completions.
    private static RewardScore Score(RewardCompletion completion) =>
        new(Math.Max(0, 1 - (completion.NumTokens / Longest)), $"{completion.NumTokens} tokens");
}
