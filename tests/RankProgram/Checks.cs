using System.Runtime.InteropServices;
using Cppo.Model.Collectives;
using Cppo.Model.Tests.Collectives;

namespace Cppo.RankProgram;

/// <summary>Every call of ranks against the same call of threads, bit by bit.</summary>
internal static class Checks
{
    private static readonly int[] Counts = [0, 1, 3, 1000, 4_000_003];

    public static void Run(ICollective ranks)
    {
        NullIsStillCaught();
        foreach (int count in Counts)
        {
            Compare(ranks, count);
        }

        TwoThreads(ranks);
        RandomDelays(ranks);
    }

    public static void Equal(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what)
    {
        if (!MemoryMarshal.AsBytes(expected).SequenceEqual(MemoryMarshal.AsBytes(actual)))
        {
            throw new InvalidOperationException($"{what} of {expected.Length} values differs from that of threads.");
        }
    }

    private static void Compare(ICollective ranks, int count)
    {
        var (sum, gathered, texts) = ThreadRanks.Run(ranks.Size, threads => All(threads, count))[ranks.Rank];
        var (ourSum, ourGathered, ourTexts) = All(ranks, count);
        Equal(sum, ourSum, "a sum");
        Equal(gathered, ourGathered, "an all-gather after a reduce-scatter");
        if (!texts.SequenceEqual(ourTexts))
        {
            throw new InvalidOperationException($"{string.Join(", ", ourTexts)} instead of {string.Join(", ", texts)}.");
        }
    }

    private static (float[] Sum, float[] Gathered, string[] Texts) All(ICollective ranks, int count)
    {
        float[] values = Values(ranks.Rank, count);
        float[] sum = [.. values];
        ranks.Sum(sum, "a sum");
        float[] gathered = [.. values];
        ranks.ReduceScatter(gathered, "a reduce-scatter");
        var (start, length) = Chunks.Of(count, ranks.Rank, ranks.Size);
        Equal(sum.AsSpan(start, length), gathered.AsSpan(start, length), "a reduce-scatter");
        ranks.AllGather(gathered, "an all-gather");
        byte[] mine = new byte[ranks.Rank * count / 4];
        new Random(ranks.Rank).NextBytes(mine);
        string[] texts =
        [
            .. ranks.Gather(mine, "bytes").Select(Describe),
            .. Enumerable.Range(0, ranks.Size).Select(root => Describe(ranks.Broadcast(mine, root, "bytes of one"))),
            .. Enumerable.Range(0, ranks.Size).Select(one => $"{ranks.AnyTrue(ranks.Rank == one, "a stop")}"),
            $"{ranks.AnyTrue(false, "a stop")}",
        ];
        return (sum, gathered, texts);
    }

    /// <summary>What a call says that it sent and waited.</summary>
    public static void Totals(ICollective ranks)
    {
        using var counted = ranks.Duplicate("a count");
        var before = counted.Exchanged;
        if (ranks.Rank == 0)
        {
            Thread.Sleep(200);
        }

        float[] values = Values(ranks.Rank, 1001);
        counted.Sum(values, "a sum");
        _ = counted.Gather(new byte[10 * ranks.Rank], "bytes");
        var took = counted.Exchanged - before;
        int own = Chunks.Of(1001, ranks.Rank, ranks.Size).Length;
        long expected = (4 * (1001 - own)) + ((ranks.Size - 1) * ((4 * own) + (10 * ranks.Rank)));
        if (took.BytesSent != expected || took.Moved <= TimeSpan.Zero || took.Waited < TimeSpan.FromMilliseconds(ranks.Rank == 0 ? 0 : 100))
        {
            throw new InvalidOperationException($"Rank {ranks.Rank} says {took} instead of {expected} bytes.");
        }
    }

    private static string Describe(byte[] bytes) =>
        $"{bytes.Length}:{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes))}";

    /// <summary>Two threads of each rank sum at the same time, in an order of their own, with two objects.</summary>
    private static void TwoThreads(ICollective ranks)
    {
        using var other = ranks.Duplicate("a second thread");
        float[] expected = ThreadRanks.Run(ranks.Size, threads => Summed(threads, 10_000))[ranks.Rank];
        var second = Task.Factory.StartNew(() => Repeat(other, 7), TaskCreationOptions.LongRunning);
        Repeat(ranks, 3);
        second.Wait();

        void Repeat(ICollective one, int seed)
        {
            var random = new Random(seed + one.Rank);
            for (int turn = 0; turn < 200; turn++)
            {
                if (random.Next(20) == 0)
                {
                    Thread.Sleep(1);
                }

                Equal(expected, Summed(one, 10_000), "a sum beside another one");
            }
        }
    }

    private static void RandomDelays(ICollective ranks)
    {
        var random = new Random(ranks.Rank);
        float[] expected = ThreadRanks.Run(ranks.Size, threads => Summed(threads, 1000))[ranks.Rank];
        for (int turn = 0; turn < 10; turn++)
        {
            Thread.Sleep(random.Next(20));
            Equal(expected, Summed(ranks, 1000), "a sum of ranks that come late");
        }
    }

    private static float[] Summed(ICollective ranks, int count)
    {
        float[] values = Values(ranks.Rank, count);
        ranks.Sum(values, "a sum");
        return values;
    }

    /// <summary>Their sum depends on the order: magnitudes from 1e-4 to 1e4, both signs.</summary>
    private static float[] Values(int rank, int count)
    {
        var random = new Random(1000 + rank);
        float[] values = new float[count];
        for (int index = 0; index < count; index++)
        {
            values[index] = (random.NextSingle() - 0.5f) * (1 << random.Next(24)) * 1e-3f;
        }

        return values;
    }

    /// <summary>A library's handler of SIGSEGV would end the process here.</summary>
    private static void NullIsStillCaught()
    {
        try
        {
            _ = Nothing()!.Length;
        }
        catch (NullReferenceException)
        {
            return;
        }

        throw new InvalidOperationException("A null reference was read.");
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static string? Nothing() => null;
}
