using Cppo.Model.Collectives;
using Cppo.Model.Engine;
using Cppo.Model.Tests.Collectives;
using Cppo.Model.Tests.Engine;
using Cppo.Model.Training;
using Cppo.Stages;

namespace Cppo.Model.Tests.Training;

/// <summary>Processes with a replica each, against one process with all of them.</summary>
public sealed class RankedTrainerTests
{
    [Theory]
    [InlineData(2, 2, 0.0)]
    [InlineData(3, 3, 0.04)]
    [InlineData(5, 2, 0.0)]
    [InlineData(4, 3, 0.04)]
    [InlineData(2, 3, 0.0)]
    public void Ranks_take_the_steps_of_as_many_replicas_as_there_are_devices_to_the_last_bit(int devices, int size, double beta)
    {
        var batch = BatchOf(devices);
        var alone = Train(new SingleCollective(), devices, batch, beta);
        var together = ThreadRanks.Run(size, ranks => Train(ranks, replicas: 1, batch, beta));
        Assert.All(together, rank => Assert.Equal(alone.Hash, rank.Hash));
        Assert.All(together, rank => Assert.Equal(Numbers(alone.Report), Numbers(rank.Report)));
        Assert.NotEqual(0, alone.Report.GradientNorm);
        Assert.True(alone.Report.GenerationGap.NumTokens > 0);
    }

    /// <summary>The embedding alone has 1000 or more numbers, so that pieces begin and end within tensors.</summary>
    [Theory]
    [InlineData("torch", 1000)]
    [InlineData("torch", 1 << 20)]
    [InlineData("managed", 1000)]
    public void Gradients_of_every_engine_are_the_fold_in_pieces_of_any_length(string name, int most)
    {
        string engineName = EngineUnderTest.Names.First(each => each.StartsWith(name, StringComparison.Ordinal));
        float[][] parts = Enumerable.Range(0, 3).Select(rank => Gradients(engineName, rank, _ => { })).ToArray();
        float[][] sums = ThreadRanks.Run(
            3,
            ranks =>
                Gradients(
                    engineName,
                    ranks.Rank,
                    engine => new GradientSum(ranks, most).Add(engine, isIdle: ranks.Rank == 1, turn: 0, isLast: true, "a test")
                )
        );
        float[] expected = [.. parts[0].Zip(parts[2], (first, last) => first + last)];
        Assert.All(sums, sum => Assert.Equal(expected, sum));
    }

    [Fact]
    public void A_batch_packed_for_another_number_of_devices_is_refused()
    {
        using var engine = new FakeEngine();
        var batch = Batches.Of(0, [Batches.Micro(0, 0, Batches.FourSamples())], []);
        var fault = Assert.Throws<ArgumentException>(() =>
            new PolicyTrainer([engine], [], Batches.Settings(beta: 0)).Train(batch, default)
        );
        Assert.Contains("packed for 2 devices, and 1 train", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>All gradients of an engine that was given some, after a change.</summary>
    private static float[] Gradients(string engineName, int seed, Action<ITrainableEngine> change)
    {
        using var engine = TinyModel.Engine(engineName);
        var random = new Random(seed);
        engine.ImportGradients([
            .. engine.ExportGradients().Select(array => array with { Values = [.. array.Values.Select(_ => random.NextSingle() - 0.5f)] }),
        ]);
        change(engine);
        return [.. engine.ExportGradients().SelectMany(array => array.Values)];
    }

    /// <summary>The last rank has one micro-batch less than the others.</summary>
    internal static TrainingBatch BatchOf(int devices)
    {
        var samples = Batches.FourSamples();
        return Batches.Of(
            1,
            [
                .. Enumerable
                    .Range(0, devices)
                    .Select(device =>
                        (MicroBatch[])(
                            device == devices - 1
                                ? [Batches.Micro(device, 0, samples[3])]
                                : [Batches.Micro(device, 0, samples[0], samples[1]), Batches.Micro(device, 1, samples[2])]
                        )
                    ),
            ]
        );
    }

    private static (string Hash, UpdateReport Report) Train(ICollective ranks, int replicas, TrainingBatch batch, double beta)
    {
        var engines = Enumerable.Range(0, replicas).Select(_ => (ILocalEngine)TinyModel.Engine(EngineUnderTest.Names[0])).ToArray();
        var references = engines.Select(engine => engine.ImportSnapshot(TinyModel.Weights(engine.Config, seed: 2), 0)).ToArray();
        try
        {
            var trainer = new PolicyTrainer(engines, references, Batches.Settings(beta, passes: 2), ranks: ranks);
            var report = trainer.Train(batch, default);
            return (Assert.Single(engines.Select(engine => engine.HashWeights()).Distinct()), report);
        }
        finally
        {
            Array.ForEach(references, reference => reference.Dispose());
            Array.ForEach(engines, engine => engine.Dispose());
        }
    }

    private static UpdateReport Numbers(UpdateReport report) =>
        new(
            report.Batch,
            report.PolicyVersion,
            report.Loss,
            report.PolicyLoss,
            report.Kl,
            report.ClipRatio,
            report.Entropy,
            report.GradientNorm,
            report.LearningRate,
            report.Staleness,
            seconds: 0,
            report.StepsSkipped,
            report.GenerationGap
        );
}
