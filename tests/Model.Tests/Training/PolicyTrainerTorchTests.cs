using Cppo.Model.Collectives;
using Cppo.Model.Engine;
using Cppo.Model.Tests.Engine;
using Cppo.Model.Tests.Torch;
using Cppo.Model.Training;
using Cppo.Stages;

namespace Cppo.Model.Tests.Training;

public sealed class PolicyTrainerTorchTests
{
    /// <summary>An epsilon far above rounding, so that parameters without a gradient of their own stay comparable.</summary>
    private static readonly TrainerSettings Settings = Batches.Settings(passes: 2) with { AdamW = new AdamWSettings(Epsilon: 1e-3) };

    [TorchFact]
    public void Two_replicas_make_the_update_of_one()
    {
        var samples = Batches.FourSamples();
        var whole = Train(1, Batches.Of(0, [Batches.Micro(0, 0, samples)]));
        var split = Train(1, Batches.Of(0, [Batches.Micro(0, 0, samples[0], samples[3]), Batches.Micro(0, 1, samples[1], samples[2])]));
        var shared = Train(
            2,
            Batches.Of(0, [Batches.Micro(0, 0, samples[1], samples[3])], [Batches.Micro(1, 0, samples[0]), Batches.Micro(1, 1, samples[2])])
        );
        Near(whole, split);
        Near(whole, shared);
        Compare.Same(shared.Weights[0], shared.Weights[1]);
        Assert.NotEqual(0, whole.Report.Kl);
    }

    [TorchFact]
    public void A_step_raises_the_logprobs_of_completions_with_a_positive_advantage()
    {
        using var engine = TinyModel.Engine("torch");
        var samples = Batches.FourSamples();
        var batch = Batches.Of(0, [Batches.Micro(0, 0, samples)]);
        using var before = engine.Publish(0);
        new PolicyTrainer([engine], [], Batches.Settings(beta: 0, recompute: true)).Train(batch, default);
        using var after = engine.Publish(1);
        var moved = engine
            .Logprobs(after, batch.MicroBatches[0][0], 0.8)
            .Zip(engine.Logprobs(before, batch.MicroBatches[0][0], 0.8), (now, then) => now.Sum() - then.Sum());
        foreach (var (change, sample) in moved.Zip(samples))
        {
            Assert.True(change * sample.Advantage > 0, $"{change} with advantage {sample.Advantage}");
        }
    }

    [TorchFact]
    public void A_loss_that_is_not_finite_leaves_the_weights_as_they_are()
    {
        using var engine = TinyModel.Engine("torch");
        using var before = engine.Publish(0);
        var batch = Batches.Of(0, [Batches.Micro(0, 0, Batches.FourSamples(tokenWeight: double.NaN))]);
        Assert.Throws<NonFiniteUpdateException>(() => new PolicyTrainer([engine], [], Batches.Settings(beta: 0)).Train(batch, default));
        using var after = engine.Publish(0);
        Compare.Same(before.Export(), after.Export());
    }

    [TorchFact]
    public void Gradients_are_summed_where_they_lie()
    {
        using var engine = TinyModel.Engine("torch");
        var trained = (ITrainableEngine)engine;
        var ranks = new Doubling();
        Assert.True(trained.SumGradients(ranks, "zeros"));
        Assert.All(trained.ExportGradients(), array => Assert.All(array.Values, value => Assert.Equal(0, value)));
        trained.ForwardBackward(Batches.Micro(0, 0, Batches.FourSamples()), 1, policy => policy);
        var before = trained.ExportGradients();
        Assert.True(trained.SumGradients(ranks, "gradients"));
        var after = trained.ExportGradients();
        Assert.Equal(2 * before.Sum(array => (long)array.Values.Length), ranks.Count);
        Assert.Contains(before, array => array.Values.Any(value => value != 0));
        Assert.All(before.Zip(after), pair => Assert.Equal(pair.First.Values.Select(value => 2 * value), pair.Second.Values));
    }

    private static void Near(
        (IReadOnlyList<NamedArray>[] Weights, UpdateReport Report) expected,
        (IReadOnlyList<NamedArray>[] Weights, UpdateReport Report) actual
    )
    {
        Assert.Equal(expected.Report.Loss, actual.Report.Loss, 1e-5);
        Assert.Equal(expected.Report.Kl, actual.Report.Kl, 1e-5);
        Assert.Equal(expected.Report.GradientNorm, actual.Report.GradientNorm, 1e-4);
        Assert.Equal(expected.Report.ClipRatio, actual.Report.ClipRatio, 1e-9);
        Compare.Near(expected.Weights[0], actual.Weights[0], 1e-5);
    }

    private static (IReadOnlyList<NamedArray>[] Weights, UpdateReport Report) Train(int replicas, TrainingBatch batch)
    {
        var engines = Enumerable.Range(0, replicas).Select(_ => (ILocalEngine)TinyModel.Engine("torch")).ToArray();
        var references = engines.Select(engine => engine.ImportSnapshot(TinyModel.Weights(engine.Config, seed: 2), 0)).ToArray();
        try
        {
            var report = new PolicyTrainer(engines, references, Settings).Train(batch, default);
            return ([.. engines.Select(Weights)], report);
        }
        finally
        {
            Array.ForEach(references, reference => reference.Dispose());
            Array.ForEach(engines, engine => engine.Dispose());
        }
    }

    private static IReadOnlyList<NamedArray> Weights(ILocalEngine engine)
    {
        using var newest = engine.Publish(1);
        return newest.Export();
    }

    /// <summary>Two ranks with the same gradients.</summary>
    private sealed unsafe class Doubling : IDeviceCollective
    {
        public long Count { get; private set; }

        public void SumOnDevice(IReadOnlyList<DeviceArray> arrays, string purpose)
        {
            foreach (var (values, count) in arrays)
            {
                Count += count;
                foreach (ref float value in new Span<float>((void*)values, (int)count))
                {
                    value *= 2;
                }
            }
        }
    }
}
