using Cppo.Rewards;

namespace Cppo.Pipeline.CustomRewards;

/// <summary>A reward that a class of the user's computes.</summary>
/// <param name="name">As configured.</param>
/// <param name="reward">The user's object.</param>
internal sealed class AssemblyReward(string name, IGroupReward reward) : ICustomReward
{
    public string Name => name;

    public Task<RewardScore[]> ScoreAsync(IReadOnlyList<RewardGroup> groups, CancellationToken cancel)
    {
        var scores = new List<RewardScore>();
        foreach (var group in groups)
        {
            cancel.ThrowIfCancellationRequested();
            scores.AddRange(Score(group, cancel));
        }

        return Task.FromResult<RewardScore[]>([.. scores]);
    }

    public void Dispose() => (reward as IDisposable)?.Dispose();

    private RewardScore[] Score(RewardGroup group, CancellationToken cancel)
    {
        RewardScore[] scores;
        try
        {
            scores = [.. reward.Score(group, cancel) ?? throw new InvalidOperationException("Score returned null.")];
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            throw Failure(group, $"failed with {error.GetType().Name}: {error.Message}", error);
        }

        if (scores.Length != group.Completions.Count)
        {
            throw Failure(group, $"returned {scores.Length} scores for {group.Completions.Count} completions");
        }

        int bad = Array.FindIndex(scores, score => !double.IsFinite(score.Value));
        return bad < 0 ? scores : throw Failure(group, $"gave completion {bad} the value {scores[bad].Value}, which is no finite number");
    }

    private RewardFailedException Failure(RewardGroup group, string what, Exception? cause = null) =>
        new(
            $"Reward '{name}' ({reward.GetType().FullName}) {what} on question '{group.QuestionId}'. Correct the class and build it again.",
            cause
        );
}
