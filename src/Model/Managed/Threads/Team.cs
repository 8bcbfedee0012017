namespace Cppo.Model.Managed.Threads;

/// <summary>
/// Threads that work on one thing together, the caller among them. Items of a job are handed out one by one, so a thread that is held up
/// takes fewer. Waiting threads spin for some microseconds, then sleep. One job at a time; a job allocates nothing.
/// </summary>
internal sealed class Team : IDisposable
{
    private const int SpinRounds = 2000;

    private readonly Lock callers = new();
    private readonly object gate = new();
    private readonly Thread[] helpers;
    private Action<int, int> job = static (_, _) => { };
    private int numItems;
    private int nextItem;
    private int working;
    private volatile int round;
    private volatile bool ended;
    private Exception? failure;

    internal Team(int threads)
    {
        helpers =
        [
            .. Enumerable
                .Range(1, threads - 1)
                .Select(index => new Thread(() => Help(index)) { IsBackground = true, Name = $"managed engine {index}" }),
        ];
        foreach (var helper in helpers)
        {
            helper.Start();
        }
    }

    /// <summary>Threads, the caller among them.</summary>
    internal int Size => helpers.Length + 1;

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
            nextItem = 0;
            Volatile.Write(ref working, helpers.Length);
            lock (gate)
            {
                round++;
                Monitor.PulseAll(gate);
            }

            Work(0);
            AwaitHelpers();
            if (failure is { } thrown)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(thrown);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            ended = true;
            Monitor.PulseAll(gate);
        }
    }

    private void Help(int thread)
    {
        for (int seen = 0; AwaitRound(seen); seen++)
        {
            Work(thread);
            if (Interlocked.Decrement(ref working) == 0)
            {
                lock (gate)
                {
                    Monitor.PulseAll(gate);
                }
            }
        }
    }

    private void Work(int thread)
    {
        try
        {
            for (int item = Interlocked.Increment(ref nextItem) - 1; item < numItems; item = Interlocked.Increment(ref nextItem) - 1)
            {
                job(item, thread);
            }
        }
        catch (Exception e)
        {
            // The caller throws it again; the items that nobody took yet are given up.
            Interlocked.CompareExchange(ref failure, e, null);
            Volatile.Write(ref nextItem, numItems);
        }
    }

    /// <summary>Waits for the round after <paramref name="seen"/>; false where the team has ended.</summary>
    private bool AwaitRound(int seen)
    {
        for (int spin = 0; spin < SpinRounds && round == seen && !ended; spin++)
        {
            Thread.SpinWait(4);
        }

        if (round == seen)
        {
            lock (gate)
            {
                while (round == seen && !ended)
                {
                    Monitor.Wait(gate);
                }
            }
        }

        return !ended;
    }

    private void AwaitHelpers()
    {
        for (int spin = 0; spin < SpinRounds && Volatile.Read(ref working) > 0; spin++)
        {
            Thread.SpinWait(4);
        }

        if (Volatile.Read(ref working) > 0)
        {
            lock (gate)
            {
                while (Volatile.Read(ref working) > 0)
                {
                    Monitor.Wait(gate);
                }
            }
        }
    }
}
