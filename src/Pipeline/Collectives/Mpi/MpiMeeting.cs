using System.Diagnostics;

namespace Cppo.Pipeline.Collectives.Mpi;

/// <summary>What a rank does, as it tells the others. A broadcast's number is this one and the rank that has the bytes.</summary>
internal enum MpiCall
{
    End = 1,
    Sum,
    ReduceScatter,
    AllGather,
    Gather,
    AnyTrue,
    Duplicate,
    Broadcast = 1000,
}

/// <summary>
/// How every call begins: each rank tells all others which call it makes, with one number. So all know who has come, that they do the
/// same, and when one of them has ended.
/// </summary>
internal sealed unsafe class MpiMeeting
{
    private const int Tag = 1;
    private const string Ending = "the end of the others";

    /// <summary>A rank that has ended by a fault gets as much time to say so, before those that miss it end all.</summary>
    private static readonly TimeSpan Precedence = TimeSpan.FromSeconds(1);

    private readonly MpiWorld world;
    private readonly Requests inbound;
    private readonly Requests outbound;

    /// <summary>Two numbers a rank: the call and its number.</summary>
    private readonly long[] theirs;
    private readonly long[] mine = GC.AllocateArray<long>(2, pinned: true);
    private bool hasEnded;

    public MpiMeeting(MpiWorld world, nint communicator)
    {
        this.world = world;
        inbound = new Requests(world, communicator);
        outbound = new Requests(world, communicator);
        theirs = GC.AllocateArray<long>(2 * world.Size, pinned: true);
    }

    /// <summary>How long this rank has waited for the others, in all meetings.</summary>
    public TimeSpan Waited { get; private set; }

    /// <summary>Waits until all ranks make this call; their numbers, by rank.</summary>
    public long[] Meet(MpiCall call, long number, string purpose)
    {
        long start = Stopwatch.GetTimestamp();
        Tell(call, number, purpose);
        inbound.Await(purpose, () => RefuseOthers(call, purpose));
        outbound.Complete(purpose);
        Waited += Stopwatch.GetElapsedTime(start);
        long[] numbers = [.. Enumerable.Range(0, world.Size).Select(rank => rank == world.Rank ? number : theirs[(2 * rank) + 1])];
        return numbers;
    }

    /// <summary>Tells the others that this rank makes no further call, and does not wait; once only.</summary>
    public void SayEnd()
    {
        if (!hasEnded)
        {
            hasEnded = true;
            Tell(MpiCall.End, 0, Ending);
        }
    }

    /// <summary>
    /// Waits until the others have said so, too. All communicators are watched at once: whoever waits for this rank does so in any of them.
    /// </summary>
    public static void AwaitEnds(MpiWorld world, IReadOnlyList<MpiMeeting> meetings)
    {
        var patience = new Patience(world.Limit, Patience.ForRanks);
        while (true)
        {
            world.ThrowIfFailed();
            MpiMeeting[] late = [.. meetings.Where(meeting => !meeting.LookForEnd())];
            if (late.Length == 0)
            {
                break;
            }

            if (!patience.Pause())
            {
                throw world.Fail(late[0].inbound.TooLong(patience.Waited, Ending, "has not ended"));
            }
        }

        foreach (var meeting in meetings)
        {
            meeting.outbound.Complete(Ending);
        }
    }

    private bool LookForEnd()
    {
        if (inbound.Poll(Ending))
        {
            RefuseOthers(MpiCall.End, Ending);
        }

        return inbound.NumPending == 0;
    }

    private void Tell(MpiCall call, long number, string purpose)
    {
        world.ThrowIfFailed();
        (mine[0], mine[1]) = ((long)call, number);
        inbound.Clear();
        outbound.Clear();
        fixed (
            long* from = mine,
                to = theirs
        )
        {
            // Pinned for good, as Requests wants it.
            for (int step = 1; step < world.Size; step++)
            {
                int peer = (world.Rank + step) % world.Size;
                to[2 * peer] = 0;
                inbound.Receive(to + (2 * peer), 2 * sizeof(long), peer, Tag, purpose);
                outbound.Send(from, 2 * sizeof(long), peer, Tag, purpose);
            }
        }
    }

    /// <summary>Who has come for something else.</summary>
    private void RefuseOthers(MpiCall call, string purpose)
    {
        for (int step = 1; step < world.Size; step++)
        {
            int peer = (world.Rank + step) % world.Size;
            if (!inbound.IsDone(step - 1) || theirs[2 * peer] == (long)call)
            {
                continue;
            }

            if (theirs[2 * peer] == (long)MpiCall.End)
            {
                Thread.Sleep(Precedence);
                throw world.Fail($"{world.Name} waits for {purpose}, but rank {peer} has ended.");
            }

            throw world.Fail($"{world.Name} came for {purpose}, but rank {peer} for something else: the ranks do not do the same.");
        }
    }
}
