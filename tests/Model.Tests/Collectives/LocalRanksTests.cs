using Cppo.Model.Collectives;

namespace Cppo.Model.Tests.Collectives;

/// <summary>Replicas of one process against the slow, clear reference.</summary>
public sealed class LocalRanksTests
{
    [Theory]
    [InlineData(1, 7)]
    [InlineData(2, 0)]
    [InlineData(2, 10_001)]
    [InlineData(3, 2)]
    [InlineData(4, 10_001)]
    public void Every_call_gives_the_bits_of_the_reference(int size, int count)
    {
        string[] expected = ThreadRanks.Run(size, ranks => All(ranks, count));
        var local = new LocalRanks(size);
        for (int turn = 0; turn < 20; turn++)
        {
            Assert.Equal(expected, local.Run(rank => All(local.Of(rank), count)));
        }
    }

    [Fact]
    public void Two_duplicates_are_used_side_by_side()
    {
        var local = new LocalRanks(3);
        float[] sums = local.Run(rank =>
        {
            using var ranks = local.Of(rank);
            using var other = ranks.Duplicate("a second thread");
            var beside = Task.Run(() => Total(other, 500));
            float mine = Total(ranks, 300);
            return mine + beside.GetAwaiter().GetResult();
        });
        Assert.All(sums, sum => Assert.Equal(3 * 800, sum));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_fault_of_one_is_thrown_as_it_is_and_ends_those_that_wait(int faulty)
    {
        var local = new LocalRanks(3);
        var fault = Assert.Throws<TimeoutException>(() =>
            local.Run(rank => rank == faulty ? throw new TimeoutException("too late") : Total(local.Of(rank), 1))
        );
        Assert.Equal("too late", fault.Message);
        Assert.Equal([3, 3, 3], local.Run(rank => Total(local.Of(rank), 1)));
    }

    [Fact]
    public void Arrays_of_different_lengths_are_refused()
    {
        var local = new LocalRanks(2);
        var fault = Assert.Throws<CollectiveException>(() =>
            local.Run(rank =>
            {
                local.Of(rank).Sum(new float[5 + rank], "the gradients of update 3");
                return 0;
            })
        );
        Assert.Contains("for the gradients of update 3.", fault.Message, StringComparison.Ordinal);
    }

    private static float Total(ICollective ranks, int turns)
    {
        float total = 0;
        for (int turn = 0; turn < turns; turn++)
        {
            float[] one = [1];
            ranks.Sum(one, "ones");
            total += one[0];
        }

        return total;
    }

    private static string All(ICollective ranks, int count)
    {
        float[] values = Values(ranks.Rank, count);
        float[] sum = [.. values];
        ranks.Sum(sum, "a sum");
        float[] parts = [.. values];
        ranks.ReduceScatter(parts, "chunks");
        var (start, length) = Chunks.Of(count, ranks.Rank, ranks.Size);
        string own = Bits(parts.AsSpan(start, length));
        ranks.AllGather(parts, "chunks");
        Assert.Equal(Bits(sum), Bits(parts));
        byte[] mine = new byte[ranks.Rank * 3];
        new Random(ranks.Rank).NextBytes(mine);
        return string.Join(
            '|',
            [
                Bits(sum),
                own,
                .. ranks.Gather(mine, "bytes").Select(Convert.ToHexString),
                Convert.ToHexString(ranks.Broadcast(mine, ranks.Size - 1, "bytes of one")),
                $"{ranks.AnyTrue(ranks.Rank == 0, "a stop")}{ranks.AnyTrue(false, "a stop")}",
            ]
        );
    }

    private static string Bits(ReadOnlySpan<float> values) =>
        Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values));

    /// <summary>Their sum depends on the order.</summary>
    private static float[] Values(int rank, int count)
    {
        var random = new Random(1000 + rank);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) * (1 << random.Next(24)) * 1e-3f)];
    }
}
