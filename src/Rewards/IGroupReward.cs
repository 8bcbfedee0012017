namespace Cppo.Rewards;

/// <summary>
/// A reward of one's own. A public or internal class with a parameterless constructor implements it; a pipeline file names its
/// assembly under <c>reward.parts</c>: <c>{ "name": "brevity", "assembly": "rewards/Brevity.dll", "weight": 0.5 }</c>.
/// </summary>
/// <remarks>
/// One instance serves the whole run and is disposed at its end where it is <see cref="IDisposable"/>. <b>Threads:</b> it is called for up
/// to
/// <c>flow.rewardParallelism</c> groups at the same time, so what calls share must be thread-safe; a class without fields is.
/// <b>Repeatability:</b> a run gives the same numbers again only if the score depends on the group alone: no clock, no shared random
/// numbers. <b>Exceptions:</b> one stops the run with a sentence that names the reward, the question and the exception; so do a wrong
/// number of scores, NaN and infinity. A bad answer is no exception: give it a low value.
/// </remarks>
public interface IGroupReward
{
    /// <summary>Scores all completions of one question.</summary>
    /// <param name="group">The question and its completions.</param>
    /// <param name="cancel">Set when the run ends; only a call that takes long needs to watch it.</param>
    /// <returns>One score for each completion, in their order.</returns>
    IReadOnlyList<RewardScore> Score(RewardGroup group, CancellationToken cancel);
}
