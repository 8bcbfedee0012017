using Cppo.Rewards;

namespace SampleRewards;

/// <summary>1 for an empty completion, less for each token, with the reason for every second one.</summary>
public sealed class Brevity : IGroupReward
{
    public IReadOnlyList<RewardScore> Score(RewardGroup group, CancellationToken cancel) =>
        [
            .. group.Completions.Select(
                (completion, index) =>
                    new RewardScore(1.0 / (1 + completion.NumTokens), index % 2 == 0 ? $"{completion.NumTokens} tokens" : null)
            ),
        ];
}
