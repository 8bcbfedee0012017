using System.Diagnostics;
using System.Runtime.InteropServices;
using Cppo.Model.Collectives;

namespace Cppo.Pipeline.Collectives.Mpi;

/// <summary>
/// Ranks on MPI, with Open MPI or MPICH. Messages between pairs of ranks, whose progress is looked for, make up every call: so each rank
/// knows which others have not come, may stop waiting, and decides the order of sums itself.
/// </summary>
/// <remarks>
/// A call begins by telling all others what it is (<see cref="MpiMeeting"/>). A rank that ends says so in the same way, so that those that
/// wait for it do not wait for the time limit.
/// </remarks>
internal sealed unsafe class MpiCollective : ICollective
{
    private const int BytesTag = 4;

    private readonly MpiWorld world;
    private readonly nint communicator;
    private readonly MpiCollective? origin;
    private readonly List<MpiCollective> duplicates = [];
    private readonly MpiMeeting meeting;
    private readonly MpiChunks chunks;
    private readonly Requests requests;
    private Heartbeat? heartbeat;
    private TimeSpan moved;
    private long sent;

    private MpiCollective(MpiWorld world, nint communicator, MpiCollective? origin)
    {
        (this.world, this.communicator, this.origin) = (world, communicator, origin);
        meeting = new MpiMeeting(world, communicator);
        chunks = new MpiChunks(world, communicator);
        requests = new Requests(world, communicator);
    }

    /// <inheritdoc/>
    public int Rank => world.Rank;

    /// <inheritdoc/>
    public int Size => world.Size;

    /// <inheritdoc/>
    public ExchangeTotals Exchanged => new(meeting.Waited, moved, sent);

    /// <summary>The library's name and version.</summary>
    public string Library => world.Api.Version();

    /// <summary>All processes, which hear of each other from now on; called by all of them.</summary>
    public static MpiCollective Of(MpiWorld world)
    {
        var all = new MpiCollective(world, world.Handles.World, origin: null);
        all.heartbeat = Heartbeat.Start(world, all.DuplicateCommunicator("the start"));
        return all;
    }

    /// <inheritdoc/>
    public void Sum(Span<float> values, string purpose)
    {
        MeetForEqual(MpiCall.Sum, values.Length, purpose);
        long start = Stopwatch.GetTimestamp();
        fixed (float* first = values)
        {
            chunks.ReduceScatter(first, values.Length, purpose);
            chunks.AllGather(first, values.Length, purpose);
        }

        Note(start, BytesOfScatter(values.Length) + BytesOfGather(values.Length));
    }

    /// <inheritdoc/>
    public void ReduceScatter(Span<float> values, string purpose)
    {
        MeetForEqual(MpiCall.ReduceScatter, values.Length, purpose);
        long start = Stopwatch.GetTimestamp();
        fixed (float* first = values)
        {
            chunks.ReduceScatter(first, values.Length, purpose);
        }

        Note(start, BytesOfScatter(values.Length));
    }

    /// <inheritdoc/>
    public void AllGather(Span<float> values, string purpose)
    {
        MeetForEqual(MpiCall.AllGather, values.Length, purpose);
        long start = Stopwatch.GetTimestamp();
        fixed (float* first = values)
        {
            chunks.AllGather(first, values.Length, purpose);
        }

        Note(start, BytesOfGather(values.Length));
    }

    /// <inheritdoc/>
    public byte[][] Gather(ReadOnlySpan<byte> mine, string purpose)
    {
        long[] lengths = meeting.Meet(MpiCall.Gather, mine.Length, purpose);
        long start = Stopwatch.GetTimestamp();
        byte[][] all = [.. lengths.Select(length => GC.AllocateUninitializedArray<byte>((int)length))];
        mine.CopyTo(all[Rank]);
        using var pins = new Pins(all);
        requests.Clear();
        for (int step = 1; step < Size; step++)
        {
            int peer = (Rank + step) % Size;
            requests.Receive(pins[peer], lengths[peer], peer, BytesTag, purpose);
            requests.Send(pins[Rank], mine.Length, peer, BytesTag, purpose);
        }

        requests.Complete(purpose);
        Note(start, (Size - 1L) * mine.Length);
        return all;
    }

    /// <inheritdoc/>
    public byte[] Broadcast(ReadOnlySpan<byte> mine, int root, string purpose)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(root);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(root, Size);
        long[] lengths = meeting.Meet(MpiCall.Broadcast + root, mine.Length, purpose);
        long start = Stopwatch.GetTimestamp();
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)lengths[root]);
        if (Rank == root)
        {
            mine.CopyTo(bytes);
        }

        using var pins = new Pins([bytes]);
        requests.Clear();
        for (int step = 1; step < Size && Rank == root; step++)
        {
            requests.Send(pins[0], bytes.Length, (root + step) % Size, BytesTag, purpose);
        }

        if (Rank != root)
        {
            requests.Receive(pins[0], bytes.Length, root, BytesTag, purpose);
        }

        requests.Complete(purpose);
        Note(start, Rank == root ? (Size - 1L) * mine.Length : 0);
        return bytes;
    }

    /// <inheritdoc/>
    public bool AnyTrue(bool mine, string purpose) => meeting.Meet(MpiCall.AnyTrue, mine ? 1 : 0, purpose).Any(each => each != 0);

    /// <inheritdoc/>
    public ICollective Duplicate(string purpose)
    {
        var duplicate = new MpiCollective(world, DuplicateCommunicator(purpose), origin ?? this);
        var first = origin ?? this;
        lock (first.duplicates)
        {
            first.duplicates.Add(duplicate);
        }

        return duplicate;
    }

    /// <summary>
    /// MPI_Allreduce: each element's order of addition is the library's, and depends on the number of ranks, the length and the hosts.
    /// For comparison; it knows no time limit.
    /// </summary>
    public void SumInLibrarysOrder(Span<float> values)
    {
        fixed (float* first = values)
        {
            var handles = world.Handles;
            int code = world.Api.Allreduce(handles.InPlace, first, values.Length, handles.Float, handles.Sum, communicator);
            world.Check(code, "MPI_Allreduce", "a sum");
        }
    }

    /// <inheritdoc/>
    public void Abort(int exitCode) => world.Abort(exitCode);

    /// <summary>
    /// Tells the others that this rank makes no further call. The first object then waits until all have come so far, and ends MPI; where
    /// one of them still waits for this rank, all processes end with this one.
    /// </summary>
    public void Dispose()
    {
        if (world.HasFailed)
        {
            return;
        }

        meeting.SayEnd();
        if (origin is not null)
        {
            return;
        }

        foreach (var duplicate in duplicates)
        {
            duplicate.meeting.SayEnd();
        }

        try
        {
            MpiMeeting.AwaitEnds(world, [meeting, .. duplicates.Select(duplicate => duplicate.meeting)]);
        }
        catch (CollectiveException)
        {
            // The fault that brought this rank here, if any, is on its way up and says more; the world ends with the process.
            return;
        }

        heartbeat?.Dispose();
        if (!world.HasFailed)
        {
            world.Finish();
        }
    }

    private void Note(long start, long bytes)
    {
        moved += Stopwatch.GetElapsedTime(start);
        sent += bytes;
    }

    /// <summary>All values but those of the own chunk.</summary>
    private long BytesOfScatter(int count) => sizeof(float) * ((long)count - Chunks.Of(count, Rank, Size).Length);

    /// <summary>The own chunk to each other rank.</summary>
    private long BytesOfGather(int count) => sizeof(float) * (Size - 1L) * Chunks.Of(count, Rank, Size).Length;

    private nint DuplicateCommunicator(string purpose)
    {
        // The library's own call knows no time limit, so it is made when all have come.
        _ = meeting.Meet(MpiCall.Duplicate, 0, purpose);
        nint other = 0;
        world.Check(world.Api.CommDup(communicator, &other), "MPI_Comm_dup", purpose);
        return other;
    }

    private void MeetForEqual(MpiCall call, int count, string purpose)
    {
        long[] counts = meeting.Meet(call, count, purpose);
        int other = Array.FindIndex(counts, each => each != count);
        if (other >= 0)
        {
            throw world.Fail(
                $"{world.Name} has {count} values where rank {other} has {counts[other]}, for {purpose}: the ranks do not work on the same."
            );
        }
    }

    /// <summary>Arrays that stay where they are.</summary>
    private sealed class Pins(byte[][] arrays) : IDisposable
    {
        private readonly GCHandle[] handles = [.. arrays.Select(array => GCHandle.Alloc(array, GCHandleType.Pinned))];

        public void* this[int index] => (void*)handles[index].AddrOfPinnedObject();

        public void Dispose() => Array.ForEach(handles, handle => handle.Free());
    }
}
