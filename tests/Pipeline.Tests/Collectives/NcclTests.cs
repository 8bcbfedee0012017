using Cppo.Model.Collectives;
using Cppo.Model.Tests.Collectives;
using Cppo.Pipeline.Collectives.Nccl;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Tests.Collectives;

/// <summary>The calls of NCCL and CUDA, against functions of the same C signatures on the host's memory; ranks are threads.</summary>
[Collection(NcclStub.Name)]
public sealed class NcclTests
{
    private static readonly NcclApi Nccl = new(NcclStub.Export);
    private static readonly CudaRuntime Cuda = new(NcclStub.Export);

    [Theory]
    [InlineData(2, 10)]
    [InlineData(3, 10)]
    [InlineData(4, 1001)]
    public void Sums_chunks_and_bytes_are_those_of_threads(int size, int count)
    {
        float[][] expected = ThreadRanks.Run(size, ranks => Summed(ranks, count));
        float[][] actual = ThreadRanks.Run(
            size,
            threads =>
            {
                using var ranks = Join(threads);
                using var other = ranks.Duplicate("a second one");
                float[] sum = Summed(other, count);
                Assert.Equal(sum, Summed(ranks, count));
                float[] parts = Values(ranks.Rank, count);
                ranks.ReduceScatter(parts, "chunks");
                var (start, length) = Chunks.Of(count, ranks.Rank, size);
                Assert.Equal(sum.AsSpan(start, length).ToArray(), parts.AsSpan(start, length).ToArray());
                ranks.AllGather(parts, "chunks");
                Assert.Equal(sum, parts);
                Assert.Equal(
                    Enumerable.Range(0, size).Select(rank => (byte)rank),
                    ranks.Gather([(byte)ranks.Rank], "bytes").Select(b => b[0])
                );
                return sum;
            }
        );
        Assert.Equal(expected, actual);
        Assert.Equal(0, NcclStub.NumOpen);
    }

    [Fact]
    public unsafe void Values_on_the_device_are_summed_where_they_are()
    {
        float[][] sums = ThreadRanks.Run(
            2,
            threads =>
            {
                using var ranks = Join(threads);
                float[] values = GC.AllocateArray<float>(100, pinned: true);
                Values(ranks.Rank, 100).CopyTo(values, 0);
                fixed (float* first = values)
                {
                    ranks.SumOnDevice([new((nint)first, 60), new((nint)(first + 60), 40)], "the gradients of update 12");
                }

                return values;
            }
        );
        float[] expected = ThreadRanks.Run(2, ranks => Summed(ranks, 100))[0];
        Assert.All(sums, sum => Assert.Equal(expected, sum));
    }

    [Fact]
    public void A_fault_that_NCCL_tells_later_is_thrown_and_the_communicator_aborted()
    {
        var fault = Assert.Throws<AggregateException>(() =>
            ThreadRanks.Run(
                2,
                threads =>
                {
                    using var ranks = Join(threads);
                    return Summed(ranks, NcclStub.CountThatFails);
                }
            )
        );
        Assert.Equal(
            "a sum of NCCL gave \"stub error 6\".",
            Assert.IsType<CollectiveException>(fault.Flatten().InnerExceptions[0]).Message
        );
        Assert.Equal(0, NcclStub.NumOpen);
    }

    [Fact]
    public void A_sum_that_does_not_end_is_given_up_after_the_time_limit()
    {
        var fault = Assert.Throws<AggregateException>(() =>
            ThreadRanks.Run(
                2,
                threads =>
                {
                    using var ranks = Join(threads);
                    return Summed(ranks, NcclStub.CountThatHangs);
                }
            )
        );
        string message = Assert.IsType<CollectiveException>(fault.Flatten().InnerExceptions[0]).Message;
        Assert.Matches(@"^Rank [01] of 2 \(.+\) has waited 1 s for a sum\.$", message);
        Assert.Equal(0, NcclStub.NumOpen);
    }

    [Fact]
    public void Ranks_with_one_GPU_are_named()
    {
        var fault = Assert.Throws<AggregateException>(() =>
            ThreadRanks.Run(
                3,
                threads =>
                {
                    int device = threads.Rank == 2 ? 1 + NcclStub.SameDevice : threads.Rank;
                    using var ranks = new NcclCollective(threads, Nccl, Cuda, device, TimeSpan.FromSeconds(1));
                    return 0;
                }
            )
        );
        Assert.StartsWith(
            "rank 1 and rank 2 train on one GPU (0000:01:00.0), and update.collective nccl needs one for each; name",
            Assert.IsType<UsageException>(fault.Flatten().InnerExceptions[0]).Message,
            StringComparison.Ordinal
        );
    }

    private static NcclCollective Join(ICollective threads) => new(threads, Nccl, Cuda, threads.Rank, TimeSpan.FromSeconds(1));

    private static float[] Summed(ICollective ranks, int count)
    {
        float[] values = Values(ranks.Rank, count);
        ranks.Sum(values, "a sum");
        return values;
    }

    private static float[] Values(int rank, int count) =>
        [.. Enumerable.Range(0, count).Select(index => (float)Math.Sin((rank + 1) * (index + 1)) * (1 << (5 * rank)))];
}
