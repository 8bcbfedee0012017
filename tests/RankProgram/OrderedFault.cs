using System.Diagnostics;

namespace Cppo.RankProgram;

/// <summary>Follows an order in one process of a run; its calls come from two threads, by two objects.</summary>
/// <param name="order">The order.</param>
/// <param name="rank">This process.</param>
/// <param name="checkpoints">Where the run's checkpoints are.</param>
internal sealed class OrderedFault(RankOrder order, int rank, string checkpoints)
{
    /// <summary>A slow rank is up to so many milliseconds late for each call.</summary>
    private const int LongestDelay = 60;

    /// <summary>From a call's return until the end that it was ordered after.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(5);

    private readonly Lock gate = new();
    private readonly Random random = new(rank);
    private int numPurposes;
    private bool isEnding;

    /// <summary>How long this rank has been late, all calls together, and for how many calls.</summary>
    public (TimeSpan Time, int Calls) Delayed { get; private set; }

    private bool IsMine => rank == order.Rank;

    /// <summary>Before a call with a purpose.</summary>
    /// <returns>Whether it is the call within which the order is to be followed.</returns>
    public bool Begin(string purpose)
    {
        Delay();
        lock (gate)
        {
            // One that is to end a moment after a call makes no other one.
            if (isEnding)
            {
                Thread.Sleep(Timeout.Infinite);
            }

            if (!IsReached(purpose))
            {
                return false;
            }

            if (order.Place == "before" && IsMine)
            {
                Act();
            }

            return order.Place == "in";
        }
    }

    /// <summary>After a call with a purpose.</summary>
    public void End(string purpose)
    {
        if (!IsMine || order.Action == "slow" || numPurposes != order.Purposes.Length || purpose != order.Purposes[^1])
        {
            return;
        }

        switch (order.Place)
        {
            case "after":
                Watch(() => Thread.Sleep(Moment));
                isEnding = order.Action == "kill";
                break;
            case "writing":
                Watch(AwaitWriting);
                break;
            default:
                break;
        }
    }

    /// <summary>What the order says a moment from now, on another thread.</summary>
    public void ActSoon()
    {
        if (IsMine)
        {
            Watch(() => Thread.Sleep(10 * Moment));
        }
    }

    private void Delay()
    {
        if (order.Action != "slow" || !IsMine)
        {
            return;
        }

        TimeSpan time;
        lock (gate)
        {
            time = TimeSpan.FromMilliseconds(random.Next(LongestDelay));
            Delayed = (Delayed.Time + time, Delayed.Calls + 1);
        }

        Thread.Sleep(time);
    }

    /// <summary>Whether a call is the one with the last purpose, for the first time.</summary>
    private bool IsReached(string purpose)
    {
        if (numPurposes == order.Purposes.Length || purpose != order.Purposes[numPurposes])
        {
            return false;
        }

        numPurposes++;
        return numPurposes == order.Purposes.Length;
    }

    private void Watch(Action wait) =>
        new Thread(() =>
        {
            wait();
            Act();
        })
        {
            IsBackground = true,
        }.Start();

    /// <summary>Until some of a checkpoint is written that has no name yet. One that is whole before it is seen is not meant.</summary>
    private void AwaitWriting()
    {
        while (!Directory.Exists(checkpoints) || !Directory.EnumerateDirectories(checkpoints, "*.tmp").Any())
        {
            _ = Thread.Yield();
        }
    }

    private void Act()
    {
        using var self = Process.GetCurrentProcess();
        if (order.Action == "kill")
        {
            self.Kill();
            return;
        }

        using var shell = Process.Start("sh", ["-c", $"kill -STOP {self.Id}; sleep 5; kill -CONT {self.Id}"]);
        shell.WaitForExit();
    }
}
