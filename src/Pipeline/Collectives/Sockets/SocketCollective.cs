using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Cppo.Model.Collectives;

namespace Cppo.Pipeline.Collectives.Sockets;

/// <summary>
/// Ranks on TCP, where no MPI is: every call goes by way of rank 0, which gets everyone's bytes and sends all of them to all. For what is
/// small beside gradients, which NCCL sums between GPUs.
/// </summary>
/// <remarks>
/// Bytes do not go over NCCL: the threads of rollouts and of updates would need a communicator each, and the kernels of two communicators
/// on one GPU can wait for each other for ever where ranks begin them in different orders. So there is one communicator, of the updates.
/// </remarks>
internal sealed class SocketCollective : ICollective
{
    private const int HeadLength = 16;

    private readonly SocketWorld world;
    private readonly bool isOrigin;
    private readonly SocketLink?[] links;
    private int calls;
    private ExchangeTotals exchanged;
    private readonly Lock gate = new();

    private SocketCollective(SocketWorld world, string purpose, bool isOrigin)
    {
        (this.world, this.isOrigin) = (world, isOrigin);
        links = world.Open(purpose);
    }

    /// <inheritdoc/>
    public int Rank => world.Rank;

    /// <inheritdoc/>
    public int Size => world.Size;

    /// <summary>What went by rank 0: until the others' bytes began to come, a rank has waited.</summary>
    public ExchangeTotals Exchanged
    {
        get
        {
            lock (gate)
            {
                return exchanged;
            }
        }
    }

    /// <summary>All processes; called by all of them.</summary>
    public static SocketCollective Of(SocketWorld world) => new(world, "the start", isOrigin: true);

    /// <inheritdoc/>
    public void Sum(Span<float> values, string purpose)
    {
        byte[][] all = Exchange('s', MemoryMarshal.AsBytes(values), purpose);
        RequireEqual(all, values.Length * (long)sizeof(float), purpose);
        MemoryMarshal.Cast<byte, float>(all[0]).CopyTo(values);
        foreach (byte[] other in all.Skip(1))
        {
            var addends = MemoryMarshal.Cast<byte, float>(other);
            for (int index = 0; index < values.Length; index++)
            {
                values[index] += addends[index];
            }
        }
    }

    /// <inheritdoc/>
    public void ReduceScatter(Span<float> values, string purpose) => Sum(values, purpose);

    /// <inheritdoc/>
    public void AllGather(Span<float> values, string purpose)
    {
        var (start, length) = Chunks.Of(values.Length, Rank, Size);
        byte[][] all = Exchange('a', MemoryMarshal.AsBytes(values.Slice(start, length)), purpose);
        for (int rank = 0; rank < Size; rank++)
        {
            (start, length) = Chunks.Of(values.Length, rank, Size);
            MemoryMarshal.Cast<byte, float>(all[rank]).CopyTo(values.Slice(start, length));
        }
    }

    /// <inheritdoc/>
    public byte[][] Gather(ReadOnlySpan<byte> mine, string purpose) => Exchange('g', mine, purpose);

    /// <inheritdoc/>
    public byte[] Broadcast(ReadOnlySpan<byte> mine, int root, string purpose) => Exchange('b', Rank == root ? mine : [], purpose)[root];

    /// <inheritdoc/>
    public bool AnyTrue(bool mine, string purpose) =>
        Array.Exists(Exchange('t', [mine ? (byte)1 : (byte)0], purpose), each => each[0] == 1);

    /// <inheritdoc/>
    public ICollective Duplicate(string purpose) => new SocketCollective(world, purpose, isOrigin: false);

    /// <inheritdoc/>
    public void Abort(int exitCode) => world.Abort(exitCode);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (isOrigin)
        {
            world.Dispose();
        }
    }

    /// <summary>Everyone's bytes on every rank.</summary>
    private byte[][] Exchange(char call, ReadOnlySpan<byte> mine, string purpose)
    {
        world.ThrowIfFailed();
        calls++;
        byte[][] all = new byte[Size][];
        long start = Stopwatch.GetTimestamp();
        if (Rank == 0)
        {
            all[0] = mine.ToArray();
            for (int rank = 1; rank < Size; rank++)
            {
                all[rank] = Receive(rank, call, world.Limit, purpose);
            }

            var waited = Stopwatch.GetElapsedTime(start);
            for (int rank = 1; rank < Size; rank++)
            {
                foreach (byte[] bytes in all)
                {
                    Send(rank, call, bytes, purpose);
                }
            }

            Note(start, waited, (Size - 1) * all.Sum(bytes => (long)bytes.Length));
            return all;
        }

        Send(0, call, mine, purpose);
        var first = TimeSpan.Zero;
        for (int rank = 0; rank < Size; rank++)
        {
            // Rank 0 may have come much later than this one, and has as long to wait for the others.
            all[rank] = Receive(0, call, world.Limit * 2, purpose);
            first = rank == 0 ? Stopwatch.GetElapsedTime(start) : first;
        }

        Note(start, first, mine.Length);

        return all;
    }

    private void Note(long start, TimeSpan waited, long bytes)
    {
        lock (gate)
        {
            exchanged += new ExchangeTotals(waited, Stopwatch.GetElapsedTime(start) - waited, bytes);
        }
    }

    private void Send(int rank, char call, ReadOnlySpan<byte> bytes, string purpose)
    {
        Span<byte> head = stackalloc byte[HeadLength];
        BinaryPrimitives.WriteInt32LittleEndian(head, call);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], calls);
        BinaryPrimitives.WriteInt64LittleEndian(head[8..], bytes.Length);
        try
        {
            links[rank]!.Send(head, world.Limit);
            links[rank]!.Send(bytes, world.Limit);
        }
        catch (Exception fault) when (fault is IOException or TimeoutException)
        {
            throw Told(fault, rank, world.Limit, purpose);
        }
    }

    private byte[] Receive(int rank, char call, TimeSpan limit, string purpose)
    {
        Span<byte> head = stackalloc byte[HeadLength];
        try
        {
            links[rank]!.Receive(head, limit);
            var (its, number, length) = (
                BinaryPrimitives.ReadInt32LittleEndian(head),
                BinaryPrimitives.ReadInt32LittleEndian(head[4..]),
                BinaryPrimitives.ReadInt64LittleEndian(head[8..])
            );
            if (its != call || number != calls || length is < 0 or > int.MaxValue)
            {
                throw world.Fail(
                    $"{world.Name} waits for {purpose}, and rank {rank} does something else; start all processes of a run alike."
                );
            }

            byte[] bytes = GC.AllocateUninitializedArray<byte>((int)length);
            links[rank]!.Receive(bytes, limit);
            return bytes;
        }
        catch (Exception fault) when (fault is IOException or TimeoutException)
        {
            throw Told(fault, rank, limit, purpose);
        }
    }

    private void RequireEqual(byte[][] all, long length, string purpose)
    {
        foreach (var (rank, bytes) in all.Index())
        {
            if (bytes.Length != length)
            {
                throw world.Fail($"{world.Name} has {length} bytes of {purpose}, and rank {rank} has {bytes.Length}.");
            }
        }
    }

    private CollectiveException Told(Exception fault, int rank, TimeSpan limit, string purpose) =>
        fault is TimeoutException
            ? world.Fail(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{world.Name} has waited {limit.TotalSeconds:0} s for {purpose}; rank {rank} has not come."
                )
            )
            : world.Lost($"{world.Name} has lost rank {rank} while it waited for {purpose}.");
}
