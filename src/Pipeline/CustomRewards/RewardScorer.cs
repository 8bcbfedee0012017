using Cppo.Pipeline.Configuration;
using Cppo.Rewards;
using Cppo.Stages;

namespace Cppo.Pipeline.CustomRewards;

/// <summary>
/// All rewards of a configuration: those of the program, which are pure, joined by those of the user's own, which an assembly or a server
/// computes. Thread-safe.
/// </summary>
internal sealed class RewardScorer : IDisposable
{
    private readonly RewardSettings settings;
    private readonly ICustomReward[] customs;
    private readonly RewardRange range;

    private RewardScorer(RewardSettings settings, ICustomReward[] customs, RewardRange range) =>
        (this.settings, this.customs, this.range) = (settings, customs, range);

    /// <summary>Whether completions must pass <see cref="JoinAsync"/>.</summary>
    public bool HasCustomRewards => customs.Length > 0;

    /// <summary>Loads the assemblies and sets up the clients of the configured rewards; nothing is asked yet.</summary>
    /// <param name="config">Validated.</param>
    /// <param name="settings">The same rewards in the words of the stages.</param>
    /// <param name="notice">Takes a line where a server has to be asked again later; called on any thread.</param>
    /// <exception cref="ConfigException">An assembly, a class or an environment variable is missing.</exception>
    public static RewardScorer Open(RewardConfig config, RewardSettings settings, Action<string> notice)
    {
        var customs = new List<ICustomReward>();
        try
        {
            foreach (var (part, index) in config.Parts.Select((part, index) => (part, index)).Where(stated => stated.part.IsCustom))
            {
                string key = $"reward.parts.{index}";
                customs.Add(
                    part.Url.Length > 0
                        ? new HttpReward(HttpRewardSettings.From(key, part), notice)
                        : new AssemblyReward(part.Name, RewardAssembly.Create(key, part))
                );
            }
        }
        catch
        {
            customs.ForEach(custom => custom.Dispose());
            throw;
        }

        return new(settings, [.. customs], new(config.Lowest, config.Highest));
    }

    /// <summary>The rewards of a group, shape [G].</summary>
    /// <exception cref="RewardFailedException">A reward of the user's own has no usable score, or one lies outside its range.</exception>
    public async Task<ScoredGroup> ScoreAsync(RolloutGroup rollout, CancellationToken cancel)
    {
        var scored = Reward.scoreGroup(settings, rollout);
        if (customs.Length > 0)
        {
            return new(rollout, await JoinAsync([GroupOf(rollout)], scored.Rewards, cancel));
        }

        range.Require(scored.Rewards, [(rollout.Question.Id, scored.Rewards.Length)]);
        return scored;
    }

    /// <summary>Completions' rewards with the values of the user's own rewards.</summary>
    /// <param name="groups">The completions; those of one question in one group, or each in its own.</param>
    /// <param name="rewards">What <see cref="Reward"/> gave the completions of all groups, in their order, by the same settings.</param>
    /// <param name="cancel">Ends the waiting at once.</param>
    /// <exception cref="RewardFailedException">A reward of the user's own has no usable score, or one lies outside its range.</exception>
    public async Task<CompletionReward[]> JoinAsync(IReadOnlyList<RewardGroup> groups, CompletionReward[] rewards, CancellationToken cancel)
    {
        if (customs.Length == 0)
        {
            return rewards;
        }

        var scores = await Task.WhenAll(customs.Select(custom => custom.ScoreAsync(groups, cancel)));
        var joined = Reward.join(
            settings,
            [
                .. customs.Zip(
                    scores,
                    (custom, given) =>
                        new CustomScores(
                            custom.Name,
                            [.. given.Select(score => score.Value)],
                            [.. given.Select(score => score.Reason ?? "")]
                        )
                ),
            ],
            rewards
        );
        range.Require(joined, groups.Select(group => (group.QuestionId, group.Completions.Count)));
        return joined;
    }

    public void Dispose() => Array.ForEach(customs, custom => custom.Dispose());

    private static RewardGroup GroupOf(RolloutGroup rollout) =>
        new()
        {
            QuestionId = rollout.Question.Id,
            Question = rollout.Question.Text,
            Answer = rollout.Question.Answer,
            Completions =
            [
                .. rollout.Completions.Select(completion => new RewardCompletion
                {
                    Text = completion.Text,
                    NumTokens = completion.TokenIds.Length,
                    IsTruncated = completion.FinishReason.IsLength,
                }),
            ],
        };
}
