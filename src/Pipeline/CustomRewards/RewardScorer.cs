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
    private readonly Secrets secrets;

    private RewardScorer(RewardSettings settings, ICustomReward[] customs, Secrets secrets, RewardRange range) =>
        (this.settings, this.customs, this.secrets, this.range) = (settings, customs, secrets, range);

    /// <summary>Whether completions must pass <see cref="JoinAsync"/>.</summary>
    public bool HasCustomRewards => customs.Length > 0;

    /// <summary>Loads the assemblies and sets up the clients of the configured rewards; nothing is asked yet.</summary>
    /// <param name="config">Validated.</param>
    /// <param name="settings">The same rewards in the words of the stages.</param>
    /// <param name="notice">Takes a line where a server has to be asked again later; called on any thread.</param>
    /// <param name="held">Rewards by name that the caller holds and disposes of; the configuration says that they are in memory.</param>
    /// <exception cref="ConfigException">An assembly, a class or an environment variable is missing.</exception>
    public static RewardScorer Open(
        RewardConfig config,
        RewardSettings settings,
        Action<string> notice,
        IReadOnlyDictionary<string, IGroupReward>? held = null
    )
    {
        var stated = config.Parts.Index().Where(part => part.Item.IsCustom).Select(part => (Key: $"reward.parts.{part.Index}", part.Item));
        var parts = stated
            .Select(part => (part.Key, part.Item, Http: part.Item.Url.Length > 0 ? HttpRewardSettings.From(part.Key, part.Item) : null))
            .ToArray();
        var secrets = new Secrets(SecretValues.Of(parts.Select(part => part.Http).OfType<HttpRewardSettings>()));
        var customs = new List<ICustomReward>();
        try
        {
            foreach (var (key, part, http) in parts)
            {
                customs.Add(
                    http is not null ? new HttpReward(http, secrets, notice)
                    : InMemory.IsIn(part.Assembly) && held?.GetValueOrDefault(part.Name) is { } lent
                        ? new AssemblyReward(part.Name, lent, secrets, isLent: true)
                    : new AssemblyReward(part.Name, RewardAssembly.Create(key, part), secrets)
                );
            }
        }
        catch (Exception fault)
        {
            customs.ForEach(custom => custom.Dispose());
            if (fault is ConfigException && secrets.Scrub(fault.Message) is var scrubbed && scrubbed != fault.Message)
            {
                throw new ConfigException(scrubbed);
            }

            throw;
        }

        return new(settings, [.. customs], secrets, new(config.Lowest, config.Highest));
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
                            [.. given.Select(score => secrets.Scrub(score.Reason ?? ""))]
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
