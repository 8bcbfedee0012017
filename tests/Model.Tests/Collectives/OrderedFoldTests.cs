using Cppo.Model.Collectives;

namespace Cppo.Model.Tests.Collectives;

public sealed unsafe class OrderedFoldTests
{
    /// <summary>Lengths around a block of vectors, so that vectors and the rest are both met; the result takes a source's place.</summary>
    [Theory]
    [InlineData(2, 0, 0)]
    [InlineData(2, 1, 31)]
    [InlineData(3, 0, 32)]
    [InlineData(3, 1, 33)]
    [InlineData(4, 3, 1000)]
    public void Each_element_is_the_left_fold_over_ranks(int ranks, int place, int count)
    {
        var random = new Random(5);
        float[][] values = [.. Enumerable.Range(0, ranks).Select(rank => Drawn(random, rank, count))];
        float[] expected = [.. Enumerable.Range(0, count).Select(index => values.Select(each => each[index]).Aggregate((a, b) => a + b))];
        float[] all = GC.AllocateArray<float>((ranks * count) + 1, pinned: true);
        fixed (float* first = all)
        {
            float** sources = stackalloc float*[ranks];
            for (int rank = 0; rank < ranks; rank++)
            {
                values[rank].CopyTo(all, rank * count);
                sources[rank] = first + (rank * count);
            }

            OrderedFold.Add(sources, ranks, sources[place], count);
        }

        Assert.Equal(expected, all.AsSpan(place * count, count).ToArray());
    }

    /// <summary>Of magnitudes that differ between ranks, so that the order of additions shows.</summary>
    private static float[] Drawn(Random random, int rank, int count) =>
        [.. Enumerable.Range(0, count).Select(index => (random.NextSingle() - 0.5f) * (1 << (4 * rank)))];
}
