namespace Cppo.Model.Managed.Threads;

/// <summary>Runs the pieces <paramref name="first"/> .. <paramref name="end"/> - 1 of a job on one thread.</summary>
internal delegate void RunPieces(int first, int end, int thread);

/// <summary>
/// Who runs the jobs of a lane: all threads of a team together, or the lane's own thread alone. A job's pieces are cut into as many
/// consecutive shares as there are threads. A thread begins with a share of its own and goes through it piece after piece, so that it reads
/// straight ahead; when that is done, it takes what is left of the others, so nobody waits for a thread that is held up or has no core.
/// A job allocates nothing.
/// </summary>
internal sealed class Crew
{
    // In numbers of four bytes: the counters of two shares never lie in one pair of cache lines.
    private const int CounterSpacing = 32;

    private readonly Team? team;
    private readonly int[] next;
    private readonly Action<int, int> runShare;
    private RunPieces job = static (_, _, _) => { };
    private int numPieces;
    private int unit;

    /// <summary>The threads of a team, or without one the thread that asks.</summary>
    internal Crew(Team? team = null)
    {
        this.team = team is { Size: > 1 } ? team : null;
        Size = this.team?.Size ?? 1;
        next = new int[(Size + 1) * CounterSpacing];
        runShare = RunShare;
    }

    /// <summary>Threads; a job's thread is a number below it.</summary>
    internal int Size { get; }

    /// <summary>
    /// Runs the pieces 0 .. <paramref name="pieces"/> - 1, <paramref name="atATime"/> or fewer at a time, and returns when all are done.
    /// </summary>
    internal void Run(int pieces, int atATime, RunPieces work)
    {
        if (team is null || pieces <= atATime)
        {
            if (pieces > 0)
            {
                work(0, pieces, 0);
            }

            return;
        }

        (numPieces, unit, job) = (pieces, atATime, work);
        for (int share = 0; share < Size; share++)
        {
            next[(share + 1) * CounterSpacing] = Begin(share);
        }

        team.Run(Size, runShare);
    }

    private int Begin(int share) => (int)((long)numPieces * share / Size);

    private void RunShare(int own, int thread)
    {
        for (int i = 0; i < Size; i++)
        {
            int share = (own + i) % Size,
                end = Begin(share + 1);
            ref int counter = ref next[(share + 1) * CounterSpacing];
            while (Volatile.Read(ref counter) < end)
            {
                int first = Interlocked.Add(ref counter, unit) - unit;
                if (first < end)
                {
                    job(first, Math.Min(first + unit, end), thread);
                }
            }
        }
    }
}
