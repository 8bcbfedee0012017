using Cppo.Model.Collectives;
using Cppo.Model.Engine;
using Cppo.Model.Managed.Parameters;
using Cppo.Model.Managed.Training;
using Cppo.Model.Tests.Collectives;
using Cppo.Model.Tests.Engine;
using Cppo.Model.Weights;

namespace Cppo.Model.Tests.Training;

/// <summary>The process that saves reads moments that others have, a piece at a time.</summary>
public sealed unsafe class SharedMomentsTests
{
    private const int Block = 64;
    private const int Piece = 4096;

    private static readonly ParameterLayout Layout = new(TinyModel.Config(vocabulary: 300));

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public void All_numbers_are_read_in_any_order_and_none_of_others_is_kept(int size, bool isHalf)
    {
        string[] expected = [.. Arrays(isHalf).SelectMany(Read)];
        string[][] read = ThreadRanks.Run(
            size,
            ranks =>
            {
                var shards = new Shards(ranks, Layout.Length, Block, Piece);
                Assert.True(shards.Pieces.Count > 2 * SharedMoments.MostHeld);
                IParameterNumbers[] arrays = [.. Arrays(isHalf)];
                Array.ForEach(arrays, array => Spoil(array, shards));
                var shared = new SharedMoments(shards, arrays);
                Assert.True(shared.AreFinite());
                if (ranks.Rank > 0)
                {
                    shared.Serve();
                    return [];
                }

                string[] Reading(IEnumerable<int> order) =>
                    [.. order.SelectMany(index => Read(arrays[index], (start, end) => shared.Need(index, start, end)))];
                string[] forward = Reading([0, 1]);
                string[] backward = Reading([1, 0]);
                shared.Finish();
                string[] turned = [.. backward[(backward.Length / 2)..], .. backward[..(backward.Length / 2)]];
                Assert.Equal(forward, turned);
                return forward;
            }
        );
        Assert.Equal(expected, read[0]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_number_that_is_not_finite_is_seen_by_all_where_it_is_somebodys_own(int bad)
    {
        bool[] seen = ThreadRanks.Run(
            3,
            ranks =>
            {
                var shards = new Shards(ranks, Layout.Length, Block, Piece);
                IParameterNumbers[] arrays = [.. Arrays(isHalf: false)];
                if (ranks.Rank == bad)
                {
                    arrays[1].Floats[shards.Pieces[1].Start + Chunks.Of(shards.Pieces[1].Count, bad, 3).Start] = float.PositiveInfinity;
                }

                return new SharedMoments(shards, arrays).AreFinite();
            }
        );
        Assert.Equal([false, false, false], seen);
    }

    private static IEnumerable<IParameterNumbers> Arrays(bool isHalf)
    {
        for (int seed = 1; seed <= 2; seed++)
        {
            IParameterNumbers array = isHalf ? new BFloat16Array(Layout) : new ParameterArray(Layout);
            var random = new Random(seed);
            array.Read(array.Streams().Select(tensor => new WeightStream(tensor.Name, tensor.Shape, (_, into) => Fill(into, random))));
            yield return array;
        }
    }

    private static void Fill(Span<float> into, Random random)
    {
        foreach (ref float number in into)
        {
            number = random.NextSingle() - 0.5f;
        }
    }

    /// <summary>What others have is nonsense here.</summary>
    private static void Spoil(IParameterNumbers array, Shards shards)
    {
        foreach (var (start, count) in shards.Pieces.SelectMany(shards.Others))
        {
            new Span<float>(array.Floats + (start / array.NumbersPerFloat), (int)(count / array.NumbersPerFloat)).Fill(float.NaN);
        }
    }

    private static string[] Read(IParameterNumbers array) => Read(array, null);

    private static string[] Read(IParameterNumbers array, Action<long, long>? needed) =>
        [.. array.Streams(needed).Select(tensor => $"{tensor.Name} {WeightsHash.Of([tensor])}")];
}
