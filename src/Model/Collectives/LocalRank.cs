namespace Cppo.Model.Collectives;

/// <summary>One of <see cref="LocalRanks"/>, for the thread that works for it.</summary>
internal sealed unsafe class LocalRank(LocalRanks ranks, int rank) : ICollective
{
    /// <inheritdoc/>
    public int Rank => rank;

    /// <inheritdoc/>
    public int Size => ranks.Size;

    /// <inheritdoc/>
    public void Sum(Span<float> values, string purpose)
    {
        fixed (float* mine = values)
        {
            float*[] all = Addresses(mine, values.Length, purpose);
            Fold(all, values.Length);
            Copy(all, values.Length);
        }
    }

    /// <inheritdoc/>
    public void ReduceScatter(Span<float> values, string purpose)
    {
        fixed (float* mine = values)
        {
            Fold(Addresses(mine, values.Length, purpose), values.Length);
        }
    }

    /// <inheritdoc/>
    public void AllGather(Span<float> values, string purpose)
    {
        fixed (float* mine = values)
        {
            Copy(Addresses(mine, values.Length, purpose), values.Length);
        }
    }

    /// <inheritdoc/>
    public byte[][] Gather(ReadOnlySpan<byte> mine, string purpose) => ranks.Exchange(rank, mine.ToArray());

    /// <inheritdoc/>
    public byte[] Broadcast(ReadOnlySpan<byte> mine, int root, string purpose) => ranks.Exchange(rank, mine.ToArray())[root];

    /// <inheritdoc/>
    public bool AnyTrue(bool mine, string purpose) => ranks.Exchange(rank, mine).Contains(true);

    /// <inheritdoc/>
    public ICollective Duplicate(string purpose) => new LocalRank(ranks.Exchange(rank, rank == 0 ? ranks.Duplicate() : null)[0]!, rank);

    /// <summary>Ends the calls of the other threads; the process goes on with the fault.</summary>
    public void Abort(int exitCode) => ranks.Break(new CollectiveException($"Replica {rank} ended the others with {exitCode}."));

    /// <inheritdoc/>
    public void Dispose() { }

    private float*[] Addresses(float* mine, int count, string purpose)
    {
        var all = ranks.Exchange(rank, (Address: (nint)mine, Count: count));
        if (Array.FindIndex(all, each => each.Count != count) is >= 0 and var other)
        {
            throw new CollectiveException($"Replica {rank} has {count} values where {other} has {all[other].Count}, for {purpose}.");
        }

        float*[] addresses = new float*[all.Length];
        for (int index = 0; index < all.Length; index++)
        {
            addresses[index] = (float*)all[index].Address;
        }

        return addresses;
    }

    /// <summary>The own chunk becomes the sum of all. Nobody changes a chunk that another one still reads.</summary>
    private void Fold(float*[] all, int count)
    {
        var (start, length) = Chunks.Of(count, rank, Size);
        float** sources = stackalloc float*[Size];
        for (int index = 0; index < Size; index++)
        {
            sources[index] = all[index] + start;
        }

        OrderedFold.Add(sources, Size, all[rank] + start, length);
        ranks.Meet(rank);
    }

    /// <summary>Each chunk from the rank that has it.</summary>
    private void Copy(float*[] all, int count)
    {
        for (int other = 0; other < Size; other++)
        {
            var (start, length) = Chunks.Of(count, other, Size);
            if (other != rank)
            {
                new Span<float>(all[other] + start, length).CopyTo(new Span<float>(all[rank] + start, length));
            }
        }

        ranks.Meet(rank);
    }
}
