using Cppo.Model.Collectives;

namespace Cppo.Model.Tests.Collectives;

public sealed class ChunksTests
{
    private static readonly float[] Parts = [1e8f, 1f, -1e8f, 1f];

    [Theory]
    [InlineData(10, 4)]
    [InlineData(0, 3)]
    [InlineData(2, 3)]
    [InlineData(int.MaxValue, 7)]
    public void Chunks_follow_one_another_and_hold_all(int count, int size)
    {
        int next = 0;
        for (int rank = 0; rank < size; rank++)
        {
            var (start, length) = Chunks.Of(count, rank, size);
            Assert.Equal(next, start);
            Assert.InRange(length, count / size, (count / size) + 1);
            next = start + length;
        }

        Assert.Equal(count, next);
    }

    [Fact]
    public void Threads_sum_as_a_fold_in_the_order_of_ranks()
    {
        float[][] sums = ThreadRanks.Run(
            4,
            ranks =>
            {
                float[] values = [Parts[ranks.Rank]];
                ranks.Sum(values, "a sum");
                return values;
            }
        );
        Assert.All(sums, sum => Assert.Equal([((1e8f + 1f) - 1e8f) + 1f], sum));
    }
}
