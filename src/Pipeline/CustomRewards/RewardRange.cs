using System.Globalization;
using Cppo.Stages;

namespace Cppo.Pipeline.CustomRewards;

/// <summary>
/// What values a reward may have. One far beyond it decides the advantages of its whole group, and one beyond measure makes them all 0, so
/// that it is taken for a fault of the reward.
/// </summary>
/// <param name="Lowest">The lowest value of a part, before its weight.</param>
/// <param name="Highest">The highest.</param>
internal sealed record RewardRange(double Lowest, double Highest)
{
    /// <summary>Refuses rewards of which a part lies outside.</summary>
    /// <param name="rewards">Of all completions of the groups, in their order.</param>
    /// <param name="groups">The question's id and the number of completions of each.</param>
    /// <exception cref="RewardFailedException">One does.</exception>
    public void Require(IReadOnlyList<CompletionReward> rewards, IEnumerable<(string QuestionId, int NumCompletions)> groups)
    {
        int next = 0;
        foreach (var (id, numCompletions) in groups)
        {
            for (int completion = 0; completion < numCompletions; completion++, next++)
            {
                if (Array.Find(rewards[next].Parts, part => !(part.Value >= Lowest && part.Value <= Highest)) is { } part)
                {
                    throw new RewardFailedException(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"Reward '{part.Name}' gave completion {completion} of question '{id}' the value {part.Value}, which is not "
                                + $"between reward.lowest {Lowest} and reward.highest {Highest}. Correct the reward, or widen these."
                        )
                    );
                }
            }
        }
    }
}
