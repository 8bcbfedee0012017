using System.Diagnostics;

namespace Cppo.Pipeline.Collectives.Mpi;

/// <summary>
/// Hears from every rank each second, on a thread and a communicator of its own. A rank that computes is heard; one that hangs as a whole,
/// or behind a link that is gone, is not: TCP alone may never say so.
/// </summary>
/// <remarks>
/// What is counted are this thread's own looks, not seconds: a process that was stopped and goes on has not missed what lies in wait for
/// it.
/// </remarks>
internal sealed unsafe class Heartbeat : IDisposable
{
    /// <summary>Between two looks.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Between two looks while all come to their end.</summary>
    private static readonly TimeSpan EndingInterval = TimeSpan.FromMilliseconds(1);

    /// <summary>How many looks in a row may find nothing of a rank.</summary>
    private const int MostMissed = 15;

    /// <summary>How long those that wait may say it.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private const int Tag = 5;
    private const long Beat = 1;
    private const long End = 2;
    private const string Purpose = "signs of life";

    private readonly MpiWorld world;
    private readonly Peer[] peers;
    private readonly ManualResetEventSlim ending = new();
    private readonly Thread thread;

    private Heartbeat(MpiWorld world, nint communicator)
    {
        this.world = world;
        peers = [.. Enumerable.Range(0, world.Size).Where(rank => rank != world.Rank).Select(rank => new Peer(world, communicator, rank))];
        thread = new Thread(Run) { IsBackground = true, Name = "signs of life" };
    }

    /// <summary>Begins; all ranks call it.</summary>
    /// <param name="world">Fails where a rank is not heard any more.</param>
    /// <param name="communicator">Used by nobody else.</param>
    public static Heartbeat Start(MpiWorld world, nint communicator)
    {
        var heartbeat = new Heartbeat(world, communicator);
        heartbeat.thread.Start();
        return heartbeat;
    }

    /// <summary>Says that no sign follows, and waits until all ranks have said so.</summary>
    public void Dispose()
    {
        ending.Set();
        thread.Join();
        ending.Dispose();
    }

    private void Run()
    {
        try
        {
            Array.ForEach(peers, peer => peer.Expect());
            while (!ending.Wait(Interval))
            {
                Look();
            }

            AwaitEnds();
        }
        catch (Model.Collectives.CollectiveException)
        {
            // The world has failed, and whoever waits in it is told.
        }
    }

    /// <summary>All have come to their end when it begins, so it is long only where a link goes at that moment.</summary>
    private void AwaitEnds()
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            Peer[] late = [.. peers.Where(peer => !peer.IsDone(End))];
            if (late.Length == 0)
            {
                return;
            }

            if (Stopwatch.GetElapsedTime(start) > MostMissed * Interval)
            {
                throw world.Fail(
                    $"{world.Name} has heard nothing from rank {late[0].Rank} for {MostMissed * Interval.TotalSeconds:0} s at the end of "
                        + "the run: its process hangs, or its host or the link to it is gone.",
                    Grace
                );
            }

            Thread.Sleep(EndingInterval);
        }
    }

    private void Look()
    {
        world.ThrowIfFailed();
        foreach (var peer in peers)
        {
            peer.Say(Beat);
            if (peer.Hear())
            {
                continue;
            }

            if (peer.NumMissed >= MostMissed)
            {
                throw world.Fail(
                    $"{world.Name} has heard nothing from rank {peer.Rank} for {peer.NumMissed * Interval.TotalSeconds:0} s"
                        + $"{Waiting()}: its process hangs, or its host or the link to it is gone.",
                    Grace
                );
            }
        }
    }

    private string Waiting() =>
        world.Purposes is { Length: > 0 } purposes ? $" while it waited for {string.Join(" and for ", purposes)}" : "";

    /// <summary>Another rank. Memory that messages use stays in its place.</summary>
    private sealed class Peer(MpiWorld world, nint communicator, int rank)
    {
        private readonly Requests inbound = new(world, communicator);
        private readonly Requests outbound = new(world, communicator);
        private readonly long[] theirs = GC.AllocateArray<long>(1, pinned: true);
        private readonly long[] mine = GC.AllocateArray<long>(1, pinned: true);
        private bool hasEnded;
        private bool hasSaidEnd;

        public int Rank => rank;

        /// <summary>Looks without a sign, since the last one.</summary>
        public int NumMissed { get; private set; }

        /// <summary>Awaits the next sign.</summary>
        public void Expect()
        {
            inbound.Clear();
            fixed (long* to = theirs)
            {
                inbound.Receive(to, sizeof(long), rank, Tag, Purpose);
            }
        }

        /// <summary>Sends a sign, where the last one is gone; false where it is not.</summary>
        public bool Say(long sign)
        {
            _ = outbound.Poll(Purpose);
            if (outbound.NumPending > 0)
            {
                return false;
            }

            outbound.Clear();
            mine[0] = sign;
            fixed (long* from = mine)
            {
                outbound.Send(from, sizeof(long), rank, Tag, Purpose);
            }

            return true;
        }

        /// <summary>Takes all signs that have come; false where there is none of a rank that has more to say.</summary>
        public bool Hear()
        {
            bool isHeard = hasEnded;
            while (!hasEnded && inbound.Poll(Purpose))
            {
                isHeard = true;
                if (theirs[0] == End)
                {
                    hasEnded = true;
                }
                else
                {
                    Expect();
                }
            }

            NumMissed = isHeard ? 0 : NumMissed + 1;
            return isHeard;
        }

        /// <summary>Says the end, and whether it is said and heard.</summary>
        public bool IsDone(long end)
        {
            hasSaidEnd = hasSaidEnd || Say(end);
            _ = outbound.Poll(Purpose);
            _ = Hear();
            return hasSaidEnd && outbound.NumPending == 0 && hasEnded;
        }
    }
}
