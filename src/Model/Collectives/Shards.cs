using System.Runtime.InteropServices;

namespace Cppo.Model.Collectives;

/// <summary>A stretch of numbers that is exchanged at a time.</summary>
/// <param name="Start">Its first number.</param>
/// <param name="Count">How many there are.</param>
/// <param name="IsDivided">
/// Whether each process owns an equal chunk of them (<see cref="Chunks"/>), in whole blocks; else all processes own all.
/// </param>
public readonly record struct ShardPiece(long Start, int Count, bool IsDivided);

/// <summary>
/// Divides numbers among processes in whole blocks, so that what is computed block by block is the same whoever computes it. The few that
/// are left over after equal chunks are everybody's.
/// </summary>
public sealed class Shards
{
    /// <summary>Numbers that are exchanged at a time by default: 64 MiB of floats.</summary>
    public const int UsualPiece = 1 << 24;

    private readonly int block;
    private readonly long numBlocks;
    private readonly long dividedBlocks;
    private readonly long blocksPerPiece;

    /// <summary>Divides.</summary>
    /// <param name="ranks">The processes.</param>
    /// <param name="length">Numbers.</param>
    /// <param name="block">Numbers of a block; the last one may be shorter.</param>
    /// <param name="most">Numbers that are exchanged at a time, at least a block of each process.</param>
    public Shards(ICollective ranks, long length, int block, int most = UsualPiece)
    {
        (Ranks, this.block) = (ranks, block);
        numBlocks = (length + block - 1) / block;
        dividedBlocks = length / block / ranks.Size * ranks.Size;
        blocksPerPiece = Math.Max(ranks.Size, most / block / ranks.Size * ranks.Size);
        var pieces = new List<ShardPiece>();
        for (long first = 0; first < dividedBlocks; first += blocksPerPiece)
        {
            pieces.Add(new(first * block, (int)(Math.Min(blocksPerPiece, dividedBlocks - first) * block), IsDivided: true));
        }

        if (dividedBlocks * block < length)
        {
            pieces.Add(new(dividedBlocks * block, (int)(length - (dividedBlocks * block)), IsDivided: false));
        }

        Pieces = pieces;
    }

    /// <summary>The processes.</summary>
    public ICollective Ranks { get; }

    /// <summary>All numbers, in their order.</summary>
    public IReadOnlyList<ShardPiece> Pieces { get; }

    /// <summary>Whether this process owns a block, alone or with all.</summary>
    public bool IsMine(long index) => OwnerOf(index) is not { } owner || owner == Ranks.Rank;

    /// <summary>The two stretches of a piece that others own; of one that is not divided, none.</summary>
    public (long Start, long Count)[] Others(ShardPiece piece)
    {
        if (!piece.IsDivided)
        {
            return [];
        }

        var (mine, length) = Chunks.Of(piece.Count, Ranks.Rank, Ranks.Size);
        return [(piece.Start, mine), (piece.Start + mine + length, piece.Count - mine - length)];
    }

    /// <summary>Completes numbers of which each process has those of its own blocks.</summary>
    /// <param name="ofBlocks">One for each block.</param>
    /// <param name="purpose">What the processes wait for.</param>
    public void Complete(double[] ofBlocks, string purpose)
    {
        double[] mine = [.. Owned(Ranks.Rank).Select(index => ofBlocks[index])];
        byte[][] all = Ranks.Gather(MemoryMarshal.AsBytes(mine.AsSpan()), purpose);
        for (int rank = 0; rank < all.Length; rank++)
        {
            var numbers = MemoryMarshal.Cast<byte, double>(all[rank]);
            int next = 0;
            foreach (long index in Owned(rank))
            {
                ofBlocks[index] = numbers[next++];
            }
        }
    }

    private IEnumerable<long> Owned(int rank)
    {
        for (long index = 0; index < numBlocks; index++)
        {
            if (OwnerOf(index) == rank)
            {
                yield return index;
            }
        }
    }

    /// <summary>The process that owns a block alone; null: all do.</summary>
    private int? OwnerOf(long index)
    {
        if (index >= dividedBlocks)
        {
            return null;
        }

        long first = index / blocksPerPiece * blocksPerPiece;
        long each = Math.Min(blocksPerPiece, dividedBlocks - first) / Ranks.Size;
        return (int)((index - first) / each);
    }
}
