namespace Cppo.Pipeline.Hub;

/// <summary>The pause between two attempts at a request.</summary>
internal static class HubPause
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(5);

    /// <summary>
    /// min(30 s, first * 2^(attempts - 1)), and at least as long as the server asks, up to five minutes.
    /// </summary>
    /// <param name="attempts">Attempts that failed in a row, from 1.</param>
    /// <param name="fault">The last of them.</param>
    /// <param name="environment">Has the first pause.</param>
    public static TimeSpan After(int attempts, HubException fault, HubEnvironment environment)
    {
        var grown = environment.FirstPause * Math.Pow(2, Math.Min(attempts - 1, 10));
        var pause = grown < Longest ? grown : Longest;
        return fault.RetryAfter is { } asked && asked > pause ? (asked < LongestAsked ? asked : LongestAsked) : pause;
    }
}
