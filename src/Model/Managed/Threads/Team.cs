using System.Runtime.ExceptionServices;
using Cppo.Model.Engine;

namespace Cppo.Model.Managed.Threads;

/// <summary>
/// Threads that work on one thing together: the caller, who holds a core, and helpers, who join while there are cores for them. Items of a
/// job are handed out one by one, so a thread that is held up or comes late takes fewer, and nobody waits for one that has taken none. A
/// helper without work spins for some microseconds, then gives its core back and sleeps. One job at a time; a job allocates nothing.
/// </summary>
internal sealed class Team : IDisposable
{
    private const int SpinRounds = 2000;

    private readonly Lock callers = new();
    private readonly object gate = new();
    private readonly CoreBudget cores;
    private readonly Helper[] helpers;
    private Action<int, int> job = static (_, _) => { };
    private int numItems;

    // The job's number above, the number of its items that nobody has taken below: an item is taken from the job that was looked at or not
    // at all. Who has taken one may read the fields above, for the job does not end before it.
    private ulong open;
    private int unfinished;
    private volatile bool ended;
    private Exception? failure;

    /// <summary>A team that shares its cores with nobody.</summary>
    internal Team(int threads)
        : this(threads, new CoreBudget(threads)) => cores.TakeForCall();

    /// <summary>A team whose caller holds one of the cores during a job.</summary>
    internal Team(int threads, CoreBudget cores)
    {
        this.cores = cores;
        helpers = [.. Enumerable.Range(1, threads - 1).Select(index => new Helper(this, index))];
    }

    /// <summary>Threads, the caller among them.</summary>
    internal int Size => helpers.Length + 1;

    private int NumOpen => (int)(uint)Volatile.Read(ref open);

    /// <summary>
    /// Runs <paramref name="work"/>(item, thread) for the items 0 .. <paramref name="items"/> - 1 and returns when all are done.
    /// </summary>
    internal void Run(int items, Action<int, int> work)
    {
        lock (callers)
        {
            if (helpers.Length == 0 || items < 2)
            {
                for (int item = 0; item < items; item++)
                {
                    work(item, 0);
                }

                return;
            }

            (job, numItems, failure) = (work, items, null);
            unfinished = items;
            Volatile.Write(ref open, ((ulong)((uint)(open >> 32) + 1) << 32) | (uint)items);
            Recruit(items - 1);
            Work(0);
            AwaitFinished();
            if (failure is { } thrown)
            {
                ExceptionDispatchInfo.Throw(thrown);
            }
        }
    }

    /// <summary>
    /// For items that take long: lets helpers in where cores have become free, and makes room where another call needs its first. To be
    /// called now and then by the thread that works on the item.
    /// </summary>
    internal void Rebalance(int thread)
    {
        if (thread > 0)
        {
            if (cores.IsWanted)
            {
                cores.MakeRoom();
            }
        }
        else if (cores.HasSpare && NumOpen > 0)
        {
            Recruit(NumOpen);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ended = true;
        Array.ForEach(helpers, helper => helper.Wake());
    }

    /// <summary>Wakes sleeping helpers while there are cores, so that up to <paramref name="most"/> are at work.</summary>
    private void Recruit(int most)
    {
        for (int i = 0; i < helpers.Length && i < most; i++)
        {
            if (!helpers[i].HasCore)
            {
                if (!cores.TryTakeSpare())
                {
                    return;
                }

                helpers[i].WakeWithCore();
            }
        }
    }

    /// <summary>A helper that was given a core: works, spins for a while, gives the core back.</summary>
    private void Help(int thread)
    {
        for (int spin = 0; spin < SpinRounds && !ended && !cores.IsWanted; spin++)
        {
            if (NumOpen > 0)
            {
                Work(thread);
                spin = 0;
            }

            Thread.SpinWait(4);
        }
    }

    private void Work(int thread)
    {
        int taken = 0;
        try
        {
            while ((thread == 0 || !cores.IsWanted) && TryTake(out int item))
            {
                taken++;
                job(item, thread);
            }
        }
        catch (Exception e)
        {
            // The caller throws it again; the items that nobody took yet are given up.
            Interlocked.CompareExchange(ref failure, e, null);
            while (TryTake(out _))
            {
                taken++;
            }
        }

        if (taken > 0 && Interlocked.Add(ref unfinished, -taken) == 0 && thread > 0)
        {
            lock (gate)
            {
                Monitor.PulseAll(gate);
            }
        }
    }

    private bool TryTake(out int item)
    {
        while (true)
        {
            ulong seen = Volatile.Read(ref open);
            uint left = (uint)seen;
            if (left == 0)
            {
                item = 0;
                return false;
            }

            if (Interlocked.CompareExchange(ref open, seen - 1, seen) == seen)
            {
                item = numItems - (int)left;
                return true;
            }
        }
    }

    private void AwaitFinished()
    {
        for (int spin = 0; spin < SpinRounds && Volatile.Read(ref unfinished) > 0; spin++)
        {
            Thread.SpinWait(4);
        }

        if (Volatile.Read(ref unfinished) > 0)
        {
            // A helper may have made room and wait for a core itself.
            cores.Give();
            lock (gate)
            {
                while (Volatile.Read(ref unfinished) > 0)
                {
                    Monitor.Wait(gate);
                }
            }

            cores.TakeForCall();
        }
    }

    /// <summary>A thread that sleeps until it is given a core.</summary>
    private sealed class Helper
    {
        private readonly object gate = new();
        private readonly Team team;
        private volatile bool hasCore;

        internal Helper(Team team, int index)
        {
            this.team = team;
            new Thread(() => Work(index)) { IsBackground = true, Name = $"managed engine {index}" }.Start();
        }

        internal bool HasCore => hasCore;

        internal void WakeWithCore()
        {
            lock (gate)
            {
                hasCore = true;
                Monitor.Pulse(gate);
            }
        }

        internal void Wake()
        {
            lock (gate)
            {
                Monitor.Pulse(gate);
            }
        }

        private void Work(int index)
        {
            while (AwaitCore())
            {
                team.Help(index);
                hasCore = false;
                team.cores.Give();
            }
        }

        /// <summary>False where the team has ended.</summary>
        private bool AwaitCore()
        {
            lock (gate)
            {
                while (!hasCore && !team.ended)
                {
                    Monitor.Wait(gate);
                }
            }

            return hasCore;
        }
    }
}
