using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Tests.Engine;
using Cppo.Model.Tests.Training;
using Cppo.Model.Torch;
using Cppo.Model.Training;
using Cppo.Stages;
using TorchSharp;
using static TorchSharp.torch;

namespace Cppo.Model.Tests.Torch;

/// <summary>An engine that met a micro-batch before gives what a new engine gives, and keeps no tensor too many.</summary>
public sealed class PackedBatchReuseTests
{
    private static readonly DecoderConfig Config = TinyModel.Config();

    [TorchTheory]
    [InlineData(ComputeType.Float32, false)]
    [InlineData(ComputeType.Float32, true)]
    [InlineData(ComputeType.BFloat16, false)]
    public void Results_are_bit_for_bit_those_of_a_new_engine(ComputeType type, bool recompute)
    {
        var settings = new EngineSettings
        {
            Threads = 1,
            ComputeType = type,
            RecomputeActivations = recompute,
        };
        var samples = Batches.FourSamples();
        MicroBatch first = Batches.Micro(0, 0, samples[0], samples[2]),
            second = Batches.Micro(0, 1, samples[1], samples[3]);
        var other = Samples.Batch(
            [
                [3, 4, 5],
                [6, 7],
            ],
            (0, [9, 8, 7]),
            (1, [12, 13, 14, 15])
        );
        using var used = TinyModel.Engine("torch", Config, settings);
        foreach (var batch in new[] { first, second, Relabelled(first), second, first, other, other, first, second, first })
        {
            Same(settings, batch, used);
        }
    }

    [TorchFact]
    public void The_same_prompts_with_other_completions_are_another_micro_batch()
    {
        var settings = new EngineSettings { Threads = 1 };
        var samples = Batches.FourSamples();
        using var used = TinyModel.Engine("torch", Config, settings);
        Same(settings, Batches.Micro(0, 0, samples), used);
        Same(settings, Batches.Micro(0, 0, samples[1], samples[3]), used);
        Same(settings, Batches.Micro(0, 0, samples[0], samples[3]), used);
        Same(settings, Samples.Batch(Batches.Prompts, (1, samples[0].TokenIds), (0, samples[3].TokenIds)), used);
    }

    [TorchFact]
    public void A_reference_of_another_architecture_reads_what_was_packed_for_itself()
    {
        var wide = TinyModel.Config(keyValueHeads: 1);
        var batch = Batches.Micro(0, 0, Batches.FourSamples());
        using var engine = TinyModel.Engine("torch", Config);
        using var own = engine.Publish(0);
        using var reference = new TorchSnapshot(0, wide, DecoderWeights.Store(wide, TinyModel.Weights(wide), ScalarType.Float32, CPU));
        using var wideEngine = TinyModel.Engine("torch", wide);
        using var wideOwn = wideEngine.Publish(0);
        float[][] expected = wideEngine.Logprobs(wideOwn, batch, 0.8),
            before = engine.Logprobs(own, batch, 0.8);
        Assert.Equal(expected, engine.Logprobs(reference, batch, 0.8));
        Assert.Equal(before, engine.Logprobs(own, batch, 0.8));
        Assert.Equal(expected, engine.Logprobs(reference, batch, 0.8));
    }

    [TorchFact]
    public void Threads_may_read_one_micro_batch_at_once()
    {
        var batch = Batches.Micro(0, 0, Batches.FourSamples());
        using var engine = TinyModel.Engine("torch", Config);
        using var snapshot = engine.Publish(0);
        float[][] expected = engine.Logprobs(snapshot, batch, 0.8);
        float[][][] results = new float[64][][];
        Parallel.For(
            0,
            results.Length,
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            i => results[i] = engine.Logprobs(snapshot, batch, 0.8)
        );
        // Not to the last bit: libtorch's products depend on how memory happens to be aligned.
        Assert.All(results, result => Assert.Equal(expected.Length, result.Length));
        Assert.All(
            results,
            result => Assert.All(expected.Zip(result), rows => Assert.Equal(rows.First, rows.Second, (a, b) => Math.Abs(a - b) < 1e-5f))
        );
    }

    [TorchFact]
    public void Updates_leave_as_many_tensors_as_the_first_and_a_disposed_engine_none()
    {
        long before = LiveTensors();
        using (var engine = TinyModel.Engine("torch", Config))
        using (var reference = engine.Publish(0))
        {
            var trainer = new PolicyTrainer([engine], [reference], Batches.Settings(passes: 2, recompute: true));
            Update(trainer);
            long afterOne = LiveTensors();
            for (int i = 0; i < 5; i++)
            {
                Update(trainer);
                Assert.Equal(afterOne, LiveTensors());
            }
        }

        Assert.Equal(before, LiveTensors());
    }

    /// <summary>An update of two micro-batches in new arrays.</summary>
    private static void Update(PolicyTrainer trainer)
    {
        var samples = Batches.FourSamples();
        trainer.Train(Batches.Of(0, [Batches.Micro(0, 0, samples[0], samples[2]), Batches.Micro(0, 1, samples[1], samples[3])]), default);
    }

    /// <summary>Of this thread, so that tests beside this one do not count.</summary>
    private static long LiveTensors() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    /// <summary>As the trainer makes it anew after the first pass: other samples around the same arrays.</summary>
    private static MicroBatch Relabelled(MicroBatch batch) =>
        new(
            batch.Device,
            batch.Index,
            batch.Prompts,
            [
                .. batch.Samples.Select(s => new TrainingSample(
                    s.Prompt,
                    s.Group,
                    s.Completion,
                    s.TokenIds,
                    new float[s.TokenIds.Length],
                    s.Advantage,
                    s.TokenWeight
                )),
            ],
            batch.TokenCapacity,
            batch.NumTokens
        );

    private static void Same(EngineSettings settings, MicroBatch batch, ILocalEngine used)
    {
        using var fresh = TinyModel.Engine("torch", Config, settings);
        var (expected, actual) = (Results(fresh, batch), Results(used, batch));
        Assert.Equal(expected.Reference, actual.Reference);
        Assert.Equal(expected.Policy, actual.Policy);
        Compare.Same(expected.Gradients, actual.Gradients);
        Assert.Contains(expected.Gradients, gradient => gradient.Values.Any(value => value != 0));
    }

    private static (float[][] Reference, float[][] Policy, IReadOnlyList<NamedArray> Gradients) Results(
        ILocalEngine engine,
        MicroBatch batch
    )
    {
        using var reference = engine.Publish(0);
        float[][] read = engine.Logprobs(reference, batch, 0.8),
            policy = [];
        engine.ZeroGradients();
        engine.ForwardBackward(batch, 0.8, logprobs => Samples.Constant(policy = logprobs, 0.25f));
        return (read, policy, engine.ExportGradients());
    }
}
