using Cppo.Rewards;

namespace Cppo.Pipeline.Library;

/// <summary>A reward that the program holds itself, where others are named in <c>reward.parts</c>.</summary>
/// <param name="Name">
/// A letter, then up to 59 letters, digits and underscores; none of the program's rewards and unlike those of the other parts. Completions
/// have its values in the column <c>reward_</c> and the name in snake case.
/// </param>
/// <param name="Reward">
/// Called for up to <c>flow.rewardParallelism</c> groups at the same time. It stays the caller's, who disposes of it after the run.
/// </param>
/// <param name="Weight">Factor of this reward in the sum, -1000 .. 1000.</param>
public sealed record OwnReward(string Name, IGroupReward Reward, double Weight = 1);
