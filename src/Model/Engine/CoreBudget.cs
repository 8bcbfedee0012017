namespace Cppo.Model.Engine;

/// <summary>
/// Cores that the calls of engines share, so that whichever side has work computes and nobody computes beside the cores. A thread that
/// computes holds one. Each call waits for a first core and keeps it; its further threads take cores that are free, and make room where
/// another call waits for its first. So rollouts and an update side by side have half each of two cores, and whichever goes on alone has
/// both.
/// </summary>
public sealed class CoreBudget
{
    private readonly object gate = new();
    private int numFree;
    private int callsWaiting;
    private int helpersWaiting;

    /// <summary>A budget of <paramref name="cores"/> cores, at least 1.</summary>
    public CoreBudget(int cores)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cores, 1);
        numFree = cores;
    }

    /// <summary>Whether a call waits for its first core: threads beyond the first of other calls are to make room.</summary>
    internal bool IsWanted => Volatile.Read(ref callsWaiting) > 0;

    /// <summary>Whether a core is free that nobody waits for.</summary>
    internal bool HasSpare =>
        Volatile.Read(ref numFree) > 0 && Volatile.Read(ref callsWaiting) == 0 && Volatile.Read(ref helpersWaiting) == 0;

    /// <summary>Waits for a call's first core.</summary>
    internal void TakeForCall()
    {
        lock (gate)
        {
            callsWaiting++;
            while (numFree == 0)
            {
                Monitor.Wait(gate);
            }

            callsWaiting--;
            numFree--;
            if (callsWaiting == 0 && helpersWaiting > 0 && numFree > 0)
            {
                // A helper that woke before this call saw it wait, and sleeps again.
                Monitor.PulseAll(gate);
            }
        }
    }

    /// <summary>Takes a spare core for a further thread of a call; false where there is none.</summary>
    internal bool TryTakeSpare()
    {
        if (!HasSpare)
        {
            return false;
        }

        lock (gate)
        {
            if (!HasSpare)
            {
                return false;
            }

            numFree--;
            return true;
        }
    }

    /// <summary>Gives the core of a further thread to a call that waits, and returns when there is one for the thread again.</summary>
    internal void MakeRoom()
    {
        lock (gate)
        {
            numFree++;
            helpersWaiting++;
            Monitor.PulseAll(gate);
            while (numFree == 0 || callsWaiting > 0)
            {
                Monitor.Wait(gate);
            }

            helpersWaiting--;
            numFree--;
        }
    }

    /// <summary>Gives a core back.</summary>
    internal void Give()
    {
        lock (gate)
        {
            numFree++;
            if (callsWaiting + helpersWaiting > 0)
            {
                Monitor.PulseAll(gate);
            }
        }
    }
}
