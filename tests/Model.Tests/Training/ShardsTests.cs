using Cppo.Model.Collectives;
using Cppo.Model.Engine;
using Cppo.Model.Tests.Collectives;
using Cppo.Model.Tests.Engine;
using Cppo.Model.Training;

namespace Cppo.Model.Tests.Training;

/// <summary>Processes that divide the optimizer's state, against one that has all of it.</summary>
public sealed class ShardsTests : IDisposable
{
    /// <summary>Enough parameters for some blocks of each rank and some that are left over.</summary>
    private static readonly Decoders.DecoderConfig Wide = TinyModel.Config(vocabulary: 900) with
    {
        HiddenSize = 128,
        IntermediateSize = 192,
    };

    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData(1000, 2, 10, 100)]
    [InlineData(1003, 3, 10, 1000)]
    [InlineData(19, 2, 10, 100)]
    [InlineData(7, 4, 10, 100)]
    public void Pieces_follow_one_another_and_each_block_has_its_owner(long length, int size, int block, int most)
    {
        var all = ThreadRanks.Run(size, ranks => new Shards(ranks, length, block, most));
        long next = 0;
        foreach (var piece in all[0].Pieces)
        {
            Assert.Equal(next, piece.Start);
            Assert.True(piece.Count <= Math.Max(most, size * block) || !piece.IsDivided);
            next += piece.Count;
        }

        Assert.Equal(length, next);
        for (long index = 0; index * block < length; index++)
        {
            var piece = all[0].Pieces.Last(each => each.Start <= index * block);
            Assert.Equal(piece.IsDivided ? 1 : size, all.Count(shards => shards.IsMine(index)));
            foreach (var (shards, rank) in all.Select((shards, rank) => (shards, rank)).Where(_ => piece.IsDivided))
            {
                var (start, count) = Chunks.Of(piece.Count, rank, size);
                long place = (index * block) - piece.Start;
                Assert.Equal(place >= start && place < start + count, shards.IsMine(index));
            }
        }
    }

    [Theory]
    [InlineData(2, 2, WeightPrecision.Float32)]
    [InlineData(3, 3, WeightPrecision.BFloat16)]
    [InlineData(5, 2, WeightPrecision.Float32)]
    public void Sharded_updates_have_the_bits_and_the_file_of_unsharded_ones(int devices, int size, WeightPrecision moments)
    {
        string[] alone = Train(new SingleCollective(), devices, moments, from: null, "alone");
        string[][] sharded = ThreadRanks.Run(size, ranks => Train(ranks, devices, moments, from: null, "sharded"));
        Assert.All(sharded, rank => Assert.Equal(alone, rank));
        Assert.Equal(File.ReadAllBytes(Path.Combine(directory.Path, "alone")), File.ReadAllBytes(Path.Combine(directory.Path, "sharded")));
        string[] further = Train(new SingleCollective(), devices, moments, "sharded", "alone further");
        string[][] shardedFurther = ThreadRanks.Run(size, ranks => Train(ranks, devices, moments, "alone", "sharded further"));
        Assert.All(shardedFurther, rank => Assert.Equal(further, rank));
        Assert.NotEqual(alone[^1], further[^1]);
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(directory.Path, "alone further")),
            File.ReadAllBytes(Path.Combine(directory.Path, "sharded further"))
        );
    }

    /// <summary>Two updates; the norm and the hash of the weights after each.</summary>
    private string[] Train(ICollective ranks, int devices, WeightPrecision moments, string? from, string into)
    {
        var settings = new EngineSettings { Threads = 1, MomentPrecision = moments };
        int replicas = ranks.Size == 1 ? devices : 1;
        ILocalEngine[] engines = [.. Enumerable.Range(0, replicas).Select(_ => TinyModel.Engine(EngineUnderTest.Names[0], Wide, settings))];
        try
        {
            foreach (var engine in engines)
            {
                Assert.True(ranks.Size == 1 || engine.Divide(ranks));
                if (from is not null)
                {
                    engine.LoadOptimizer(Path.Combine(directory.Path, from));
                }
            }

            Assert.Equal(ranks.Size > 1, engines[0].Shards?.Pieces.Any(piece => piece.IsDivided) == true);
            var trainer = new PolicyTrainer(engines, [], Batches.Settings(beta: 0, passes: 2), ranks: ranks);
            string[] numbers =
            [
                .. Enumerable
                    .Range(1, 2)
                    .Select(update =>
                    {
                        var batch = RankedTrainerTests.BatchOf(devices).WithIndex(update);
                        double norm = trainer.Train(batch, default).GradientNorm;
                        return $"{BitConverter.DoubleToInt64Bits(norm)} {engines[0].HashWeights()}";
                    }),
            ];
            if (ranks.Rank == 0)
            {
                engines[0].SaveOptimizer(Path.Combine(directory.Path, into));
            }
            else
            {
                engines[0].ShareOptimizer();
            }

            return numbers;
        }
        finally
        {
            Array.ForEach(engines, engine => engine.Dispose());
        }
    }
}
