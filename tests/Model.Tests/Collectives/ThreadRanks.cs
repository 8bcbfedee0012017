using System.Runtime.InteropServices;
using Cppo.Model.Collectives;

namespace Cppo.Model.Tests.Collectives;

/// <summary>Ranks that are threads of one process: the slow, clear reference of what the others must do.</summary>
public sealed class ThreadRanks : IDisposable
{
    private readonly byte[][] slots;
    private readonly Barrier barrier;

    /// <summary>Makes as many ranks.</summary>
    public ThreadRanks(int size) => (slots, barrier) = (new byte[size][], new Barrier(size));

    /// <summary>Does the same on every rank, each on a thread of its own; the first fault is thrown.</summary>
    public static T[] Run<T>(int size, Func<ICollective, T> work)
    {
        using var ranks = new ThreadRanks(size);
        var tasks = Enumerable
            .Range(0, size)
            .Select(rank => Task.Factory.StartNew(() => work(ranks.Of(rank)), TaskCreationOptions.LongRunning))
            .ToArray();
        Task.WaitAll(tasks, TimeSpan.FromMinutes(2));
        return [.. tasks.Select(task => task.Result)];
    }

    /// <summary>One of them.</summary>
    public ICollective Of(int rank) => new ThreadRank(this, rank);

    public void Dispose() => barrier.Dispose();

    private byte[][] Exchange(int rank, byte[] mine)
    {
        slots[rank] = mine;
        barrier.SignalAndWait();
        byte[][] all = [.. slots];
        barrier.SignalAndWait();
        return all;
    }

    private sealed class ThreadRank(ThreadRanks ranks, int rank) : ICollective
    {
        private static readonly Lock Gate = new();
        private static readonly Dictionary<(ThreadRanks, int), ThreadRanks> Duplicates = [];
        private int duplicates;

        public int Rank => rank;

        public int Size => ranks.slots.Length;

        public void Sum(Span<float> values, string purpose)
        {
            byte[] mine = MemoryMarshal.AsBytes(values).ToArray();
            byte[][] all = ranks.Exchange(rank, mine);
            for (int index = 0; index < values.Length; index++)
            {
                float sum = BitConverter.ToSingle(all[0], index * sizeof(float));
                for (int other = 1; other < all.Length; other++)
                {
                    sum += BitConverter.ToSingle(all[other], index * sizeof(float));
                }

                values[index] = sum;
            }
        }

        public void ReduceScatter(Span<float> values, string purpose)
        {
            float[] sum = values.ToArray();
            Sum(sum, purpose);
            var (start, length) = Chunks.Of(values.Length, rank, Size);
            values.Fill(float.NaN);
            sum.AsSpan(start, length).CopyTo(values[start..]);
        }

        public void AllGather(Span<float> values, string purpose)
        {
            byte[][] all = ranks.Exchange(rank, MemoryMarshal.AsBytes(values).ToArray());
            for (int other = 0; other < all.Length; other++)
            {
                var (start, length) = Chunks.Of(values.Length, other, Size);
                for (int index = start; index < start + length; index++)
                {
                    values[index] = BitConverter.ToSingle(all[other], index * sizeof(float));
                }
            }
        }

        public byte[][] Gather(ReadOnlySpan<byte> mine, string purpose) => ranks.Exchange(rank, mine.ToArray());

        public byte[] Broadcast(ReadOnlySpan<byte> mine, int root, string purpose) => ranks.Exchange(rank, mine.ToArray())[root];

        public bool AnyTrue(bool mine, string purpose) => ranks.Exchange(rank, [mine ? (byte)1 : (byte)0]).Any(each => each[0] == 1);

        public ICollective Duplicate(string purpose)
        {
            lock (Gate)
            {
                if (!Duplicates.TryGetValue((ranks, duplicates), out var other))
                {
                    Duplicates[(ranks, duplicates)] = other = new ThreadRanks(Size);
                }

                duplicates++;
                return other.Of(rank);
            }
        }

        public void Abort(int exitCode) => throw new CollectiveException($"Rank {rank} ended all with {exitCode}.");

        public void Dispose() { }
    }
}
