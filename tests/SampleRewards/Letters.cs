using System.Globalization;
using Cppo.Rewards;

namespace SampleRewards;

/// <summary>
/// The share of letters in a completion, which differs between completions of a model that knows nothing. Throws on the call, counted from
/// 1, that the environment's CPPO_FAILING_CALL names.
/// </summary>
public sealed class Letters : IGroupReward
{
    private static readonly int FailingCall = int.TryParse(
        Environment.GetEnvironmentVariable("CPPO_FAILING_CALL"),
        NumberStyles.None,
        CultureInfo.InvariantCulture,
        out int call
    )
        ? call
        : 0;

    private int calls;

    public IReadOnlyList<RewardScore> Score(RewardGroup group, CancellationToken cancel)
    {
        if (Interlocked.Increment(ref calls) == FailingCall)
        {
            throw new InvalidDataException("the list of letters is lost");
        }

        return [.. group.Completions.Select(completion => new RewardScore(ShareOfLetters(completion.Text)))];
    }

    private static double ShareOfLetters(string text) => text.Length == 0 ? 0 : (double)text.Count(char.IsAsciiLetter) / text.Length;
}
