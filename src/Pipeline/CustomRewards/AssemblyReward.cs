using Cppo.Pipeline.Files;
using Cppo.Rewards;

namespace Cppo.Pipeline.CustomRewards;

/// <summary>A reward that a class of the user's computes.</summary>
/// <param name="name">As configured.</param>
/// <param name="reward">The user's object.</param>
/// <param name="secrets">What its exceptions must not repeat.</param>
/// <param name="isLent">Whether it is somebody else's, who disposes of it.</param>
internal sealed class AssemblyReward(string name, IGroupReward reward, Secrets secrets, bool isLent = false) : ICustomReward
{
    public string Name => name;

    /// <summary>Scores on a thread of its own: a class that never returns holds up neither the thread pool nor the end of a run.</summary>
    public async Task<RewardScore[]> ScoreAsync(IReadOnlyList<RewardGroup> groups, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var scoring = Task.Factory.StartNew(
            () => Scores(groups, cancel),
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default
        );
        return await scoring.WaitAsync(cancel);
    }

    public void Dispose()
    {
        if (!isLent)
        {
            (reward as IDisposable)?.Dispose();
        }
    }

    private RewardScore[] Scores(IReadOnlyList<RewardGroup> groups, CancellationToken cancel)
    {
        var scores = new List<RewardScore>();
        foreach (var group in groups)
        {
            cancel.ThrowIfCancellationRequested();
            scores.AddRange(Score(group, cancel));
        }

        return [.. scores];
    }

    private RewardScore[] Score(RewardGroup group, CancellationToken cancel)
    {
        RewardScore[] scores;
        try
        {
            scores = [.. reward.Score(group, cancel) ?? throw new InvalidOperationException("Score returned null.")];
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            throw Failure(group, $"failed with {error.GetType().Name}: {secrets.Scrub(error.Message)}", secrets.Scrub($"{error}"));
        }

        if (scores.Length != group.Completions.Count)
        {
            throw Failure(group, $"returned {scores.Length} scores for {group.Completions.Count} completions");
        }

        int bad = Array.FindIndex(scores, score => !double.IsFinite(score.Value));
        return bad < 0 ? scores : throw Failure(group, $"gave completion {bad} the value {scores[bad].Value}, which is no finite number");
    }

    private RewardFailedException Failure(RewardGroup group, string what, string cause = "") =>
        new(
            $"Reward '{name}' ({reward.GetType().FullName}) {what} on question '{TerminalText.Line(group.QuestionId)}'. "
                + "Correct the class and build it again.",
            cause
        );
}
