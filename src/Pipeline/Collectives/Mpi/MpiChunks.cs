using Cppo.Model.Collectives;

namespace Cppo.Pipeline.Collectives.Mpi;

/// <summary>
/// The two halves of an ordered sum. Each rank gets everyone's values of its own chunk, a piece at a time, and folds a piece while the next
/// one is on its way; afterwards each sends its chunk to all.
/// </summary>
internal sealed unsafe class MpiChunks
{
    /// <summary>What the pieces of others take, in bytes, for both pieces and all ranks.</summary>
    private const long Room = 4 << 20;

    /// <summary>Values of a piece at least, however many ranks there are: shorter messages cost more than what they carry.</summary>
    private const long ShortestPiece = 1 << 14;

    private const int PieceTag = 2;
    private const int ChunkTag = 3;

    private readonly int rank;
    private readonly int size;
    private readonly Requests[] inbound;
    private readonly Requests[] outbound;

    /// <summary>Values of a piece.</summary>
    private readonly long pieceLength;

    /// <summary>By turn, then by rank.</summary>
    private float[] pieces = [];

    public MpiChunks(MpiWorld world, nint communicator)
    {
        (rank, size) = (world.Rank, world.Size);
        inbound = [new Requests(world, communicator), new Requests(world, communicator)];
        outbound = [new Requests(world, communicator), new Requests(world, communicator)];
        pieceLength = Math.Max(Room / sizeof(float) / 2 / (size - 1), ShortestPiece);
    }

    /// <summary>This rank's chunk becomes the sum of all.</summary>
    public void ReduceScatter(float* values, int count, string purpose)
    {
        var (start, length) = Chunks.Of(count, rank, size);
        long turns = Turns(count);
        long room = Math.Min(pieceLength, Longest(count));
        if (pieces.Length < 2 * (size - 1) * room)
        {
            pieces = GC.AllocateUninitializedArray<float>((int)(2 * (size - 1) * room), pinned: true);
        }

        fixed (float* rooms = pieces)
        {
            for (long turn = 0; turn <= turns; turn++)
            {
                if (turn < turns)
                {
                    Begin(values, count, turn, rooms + (turn % 2 * (size - 1) * room), room, purpose);
                }

                if (turn > 0)
                {
                    long before = turn - 1;
                    inbound[before % 2].Complete(purpose);
                    Fold(values + start, length, before, rooms + (before % 2 * (size - 1) * room), room);
                    outbound[before % 2].Complete(purpose);
                }
            }
        }
    }

    /// <summary>Every rank's chunk on every rank.</summary>
    public void AllGather(float* values, int count, string purpose)
    {
        long turns = Turns(count);
        for (long turn = 0; turn <= turns; turn++)
        {
            if (turn < turns)
            {
                BeginGather(values, count, turn, purpose);
            }

            if (turn > 0)
            {
                inbound[(turn - 1) % 2].Complete(purpose);
                outbound[(turn - 1) % 2].Complete(purpose);
            }
        }
    }

    private void BeginGather(float* values, int count, long turn, string purpose)
    {
        var (receive, send) = (inbound[turn % 2], outbound[turn % 2]);
        receive.Clear();
        send.Clear();
        long done = turn * pieceLength;
        var (start, length) = Chunks.Of(count, rank, size);
        foreach (int peer in Peers())
        {
            var (from, number) = Chunks.Of(count, peer, size);
            receive.Receive(values + from + done, Piece(number, turn) * sizeof(float), peer, ChunkTag, purpose);
        }

        foreach (int peer in Peers())
        {
            send.Send(values + start + done, Piece(length, turn) * sizeof(float), peer, ChunkTag, purpose);
        }
    }

    /// <summary>How many pieces the longest chunk has.</summary>
    private long Turns(int count) => (Longest(count) + pieceLength - 1) / pieceLength;

    private long Longest(int count) => ((long)count + size - 1) / size;

    private void Begin(float* values, int count, long turn, float* rooms, long room, string purpose)
    {
        var (receive, send) = (inbound[turn % 2], outbound[turn % 2]);
        receive.Clear();
        send.Clear();
        long mine = Piece(Chunks.Of(count, rank, size).Length, turn);
        foreach (int peer in Peers())
        {
            receive.Receive(rooms + (SlotOf(peer) * room), mine * sizeof(float), peer, PieceTag, purpose);
        }

        foreach (int peer in Peers())
        {
            var (start, length) = Chunks.Of(count, peer, size);
            send.Send(values + start + (turn * pieceLength), Piece(length, turn) * sizeof(float), peer, PieceTag, purpose);
        }
    }

    private void Fold(float* chunk, int length, long turn, float* rooms, long room)
    {
        float* result = chunk + (turn * pieceLength);
        float** sources = stackalloc float*[size];
        for (int each = 0; each < size; each++)
        {
            sources[each] = each == rank ? result : rooms + (SlotOf(each) * room);
        }

        OrderedFold.Add(sources, size, result, Piece(length, turn));
    }

    /// <summary>The other ranks, each rank beginning with the one after it, so that not all send to the same one at first.</summary>
    private IEnumerable<int> Peers() => Enumerable.Range(1, size - 1).Select(step => (rank + step) % size);

    private int SlotOf(int peer) => peer < rank ? peer : peer - 1;

    private long Piece(int length, long turn) => Math.Clamp(length - (turn * pieceLength), 0, pieceLength);
}
