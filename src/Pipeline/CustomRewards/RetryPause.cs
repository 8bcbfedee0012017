using Cppo.Stages;

namespace Cppo.Pipeline.CustomRewards;

/// <summary>The pause between two attempts at a request.</summary>
internal static class RetryPause
{
    /// <summary>The first pause at most, and the longest without the server's wish.</summary>
    public static readonly TimeSpan First = TimeSpan.FromSeconds(0.5),
        Longest = TimeSpan.FromSeconds(30);

    /// <summary>The longest pause that a server can ask for.</summary>
    public static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(10);

    /// <summary>
    /// min(30 s, 0.5 s * 2^(attempts - 1)) times a factor between 1/2 and 1 that differs from request to request, so that they do not come
    /// back together; at least as long as the server asks, up to ten minutes. The factor is counted randomness: of the question, the
    /// completion and the attempt.
    /// </summary>
    /// <param name="attempts">Attempts made, from 1.</param>
    /// <param name="first">The first item of the request.</param>
    /// <param name="asked">The server's Retry-After.</param>
    public static TimeSpan Before(int attempts, RewardItem first, TimeSpan? asked)
    {
        long question = first.QuestionId.Aggregate(17L, (hash, letter) => unchecked((hash * 31) + letter));
        var grown = First * Math.Pow(2, Math.Min(attempts - 1, 10));
        var pause = (grown < Longest ? grown : Longest) * (0.5 + (0.5 * Counted.uniform(0, question, first.CompletionIndex, attempts)));
        return asked > pause ? (asked.Value < LongestAsked ? asked.Value : LongestAsked) : pause;
    }
}
