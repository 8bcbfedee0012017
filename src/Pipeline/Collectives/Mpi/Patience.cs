using System.Diagnostics;

namespace Cppo.Pipeline.Collectives.Mpi;

/// <summary>
/// Waiting for other ranks by looking again and again: at once while they answer, and less and less often while they compute, so that a
/// core is theirs. A wait is longer than it need be by a hundredth at most, or by a millisecond.
/// </summary>
internal struct Patience(TimeSpan limit)
{
    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(1);
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
        if (waited < Busy)
        {
            // Lets a rank or thread run that has no core of its own.
            _ = Thread.Yield();
            return true;
        }

        var sleep = waited / 100;
        Thread.Sleep(
            sleep < Busy ? Busy
            : sleep > LongestSleep ? LongestSleep
            : sleep
        );
        return waited < limit;
    }
}
