using Cppo.Model.Engine;
using Cppo.Model.Tests.Engine;
using Cppo.Model.Training;
using Cppo.Stages;

namespace Cppo.Model.Tests.Training;

public sealed class PolicyTrainerManagedTests
{
    /// <summary>The first pass's own logprobs stand in for a forward of their own: the update is the same to the last bit.</summary>
    [Theory]
    [Engines(1)]
    [Engines(3)]
    public void Recomputed_generation_logprobs_are_those_of_a_forward_before_the_update(string engineName, int passes)
    {
        using var plain = TinyModel.Engine(engineName);
        using var trained = TinyModel.Engine(engineName);
        using var reference = trained.ImportSnapshot(TinyModel.Weights(trained.Config, seed: 2), 0);
        MicroBatch[] microBatches = [Batches.Micro(0, 0, Batches.FourSamples()[..2]), Batches.Micro(0, 1, Batches.FourSamples()[2..])];
        var report = Trainer(trained, reference, passes, recompute: true).Train(Batches.Of(0, microBatches), default);

        using var before = plain.Publish(0);
        MicroBatch[] withLogprobs = [.. microBatches.Select(batch => WithGenerationLogprobs(batch, plain.Logprobs(before, batch, 0.8)))];
        using var plainReference = plain.ImportSnapshot(TinyModel.Weights(plain.Config, seed: 2), 0);
        var expected = Trainer(plain, plainReference, passes, recompute: false).Train(Batches.Of(0, withLogprobs), default);

        Assert.Equal((expected.Loss, expected.Kl, expected.GradientNorm), (report.Loss, report.Kl, report.GradientNorm));
        Compare.Same(Weights(plain), Weights(trained));
    }

    private static PolicyTrainer Trainer(ILocalEngine engine, IPolicySnapshot reference, int passes, bool recompute) =>
        new([engine], [reference], Batches.Settings(passes: passes, recompute: recompute));

    private static MicroBatch WithGenerationLogprobs(MicroBatch batch, float[][] logprobs) =>
        new(
            batch.Device,
            batch.Index,
            batch.Prompts,
            [
                .. batch.Samples.Select(
                    (s, i) => new TrainingSample(s.Prompt, s.Group, s.Completion, s.TokenIds, logprobs[i], s.Advantage, s.TokenWeight)
                ),
            ],
            batch.TokenCapacity,
            batch.NumTokens
        );

    private static IReadOnlyList<NamedArray> Weights(ILocalEngine engine)
    {
        using var newest = engine.Publish(1);
        return newest.Export();
    }
}
