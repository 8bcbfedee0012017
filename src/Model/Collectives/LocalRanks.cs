using System.Runtime.ExceptionServices;

namespace Cppo.Model.Collectives;

/// <summary>
/// Replicas of one process as ranks, each on a thread of its own: the same calls as between processes, and the same sums to the last bit,
/// where memory is shared.
/// </summary>
/// <param name="size">Replicas, at least 1.</param>
internal sealed class LocalRanks(int size)
{
    private readonly Lock gate = new();
    private readonly object?[] slots = new object?[size];
    private readonly SemaphoreSlim[] turns = [.. Enumerable.Range(0, size).Select(_ => new SemaphoreSlim(0))];
    private readonly List<LocalRanks> duplicates = [];
    private volatile Exception? fault;
    private int arrived;

    /// <summary>How many there are.</summary>
    public int Size => size;

    /// <summary>A rank, for the thread that works for it.</summary>
    public ICollective Of(int rank) => new LocalRank(this, rank);

    /// <summary>
    /// Does the same on every rank. Where one of them fails, those that wait for it end, too, and its fault is thrown as it is.
    /// </summary>
    /// <param name="work">Gets the rank.</param>
    public T[] Run<T>(Func<int, T> work)
    {
        Mend();
        var results = new T[size];
        Task[] tasks =
        [
            .. Enumerable
                .Range(0, size)
                .Select(rank =>
                    // Ranks wait for one another, so that the pool's threads, which may be fewer, would wait for ever.
                    Task.Factory.StartNew(
                        () => results[rank] = Guarded(rank, work),
                        CancellationToken.None,
                        TaskCreationOptions.LongRunning,
                        TaskScheduler.Default
                    )
                ),
        ];
        try
        {
            Task.WaitAll(tasks);
        }
        catch (AggregateException)
        {
            ExceptionDispatchInfo.Throw(fault!);
        }

        return results;
    }

    /// <summary>What one rank gives, of all ranks, when all have come.</summary>
    public T[] Exchange<T>(int rank, T mine)
    {
        slots[rank] = mine;
        Meet(rank);
        T[] all = [.. slots.Select(slot => (T)slot!)];
        Meet(rank);
        return all;
    }

    /// <summary>Waits until all are here.</summary>
    public void Meet(int rank)
    {
        lock (gate)
        {
            ThrowIfBroken();
            arrived++;
            if (arrived == size)
            {
                arrived = 0;
                foreach (var turn in turns)
                {
                    turn.Release();
                }
            }
        }

        turns[rank].Wait();
        ThrowIfBroken();
    }

    /// <summary>Ends those that wait for a rank that comes no more.</summary>
    public void Break(Exception why)
    {
        lock (gate)
        {
            fault ??= why;
            foreach (var turn in turns)
            {
                turn.Release();
            }

            duplicates.ForEach(duplicate => duplicate.Break(why));
        }
    }

    /// <summary>The same ranks, whose calls never meet those of these.</summary>
    public LocalRanks Duplicate()
    {
        var duplicate = new LocalRanks(size);
        lock (gate)
        {
            duplicates.Add(duplicate);
        }

        return duplicate;
    }

    /// <summary>After a fault: nobody is here any more.</summary>
    private void Mend()
    {
        (fault, arrived) = (null, 0);
        foreach (var turn in turns)
        {
            while (turn.Wait(0))
            {
                // What was given to those that waited.
            }
        }

        duplicates.Clear();
    }

    private T Guarded<T>(int rank, Func<int, T> work)
    {
        try
        {
            return work(rank);
        }
        catch (Exception why)
        {
            Break(why);
            throw;
        }
    }

    private void ThrowIfBroken()
    {
        if (fault is { } why)
        {
            throw new CollectiveException($"Another replica failed: {why.Message}");
        }
    }
}
