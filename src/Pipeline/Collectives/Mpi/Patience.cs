using System.Diagnostics;

namespace Cppo.Pipeline.Collectives.Mpi;

/// <summary>
/// Waiting for other ranks by looking again and again: at once while they answer, and less and less often while they compute, so that a
/// core is theirs. A wait is longer than it need be by a hundredth at most, or by a millisecond.
/// </summary>
internal struct Patience(TimeSpan limit, TimeSpan busy)
{
    /// <summary>How long to look without a pause for ranks that may have much to do before they come.</summary>
    public static readonly TimeSpan ForRanks = TimeSpan.FromMilliseconds(1);

    /// <summary>The same for messages of ranks that have come: many libraries move bytes only while one looks.</summary>
    public static readonly TimeSpan ForBytes = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan ShortestSleep = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMilliseconds(20);

    private long since = Stopwatch.GetTimestamp();

    /// <summary>Since something arrived.</summary>
    public readonly TimeSpan Waited => Stopwatch.GetElapsedTime(since);

    /// <summary>Something has arrived: the wait begins anew.</summary>
    public void Renew() => since = Stopwatch.GetTimestamp();

    /// <summary>Waits a little; false where the limit has passed.</summary>
    public readonly bool Pause()
    {
        var waited = Waited;
        if (waited < busy)
        {
            // Lets a rank or thread run that has no core of its own.
            _ = Thread.Yield();
            return true;
        }

        var sleep = waited / 100;
        Thread.Sleep(
            sleep < ShortestSleep ? ShortestSleep
            : sleep > LongestSleep ? LongestSleep
            : sleep
        );
        return waited < limit;
    }
}
