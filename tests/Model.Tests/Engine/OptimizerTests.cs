using Cppo.Model.Engine;
using Cppo.Model.Tests.Torch;
using Cppo.Model.Weights;

namespace Cppo.Model.Tests.Engine;

public sealed class OptimizerTests
{
    private static readonly AdamWStep Step = new(1e-3, 1, new AdamWSettings(WeightDecay: 0.01));

    [Theory]
    [Engines]
    public void A_snapshot_keeps_its_weights_while_the_policy_learns(string engineName)
    {
        using var engine = TinyModel.Engine(engineName);
        using var before = engine.Publish(3);
        float[][] logprobs = engine.Logprobs(before, Batch(1), 1);
        Learn(engine, 1);
        using var after = engine.Publish(4);
        Assert.Equal((3, 4), (before.PolicyVersion, after.PolicyVersion));
        Assert.Equal(logprobs, engine.Logprobs(before, Batch(1), 1));
        Assert.True(engine.Logprobs(after, Batch(1), 1).SelectMany(row => row).Sum() > logprobs.SelectMany(row => row).Sum() + 0.1);
    }

    [Theory]
    [Engines]
    public void Weights_travel_from_engine_to_engine(string engineName)
    {
        using var learner = TinyModel.Engine(engineName);
        using var other = TinyModel.Engine(engineName);
        Learn(learner, 1);
        using var published = learner.Publish(1);
        using var imported = other.ImportSnapshot(published.Export(), 1);
        Assert.Equal(1, imported.PolicyVersion);
        Assert.Equal(learner.Logprobs(published, Batch(1), 1), other.Logprobs(imported, Batch(1), 1));
    }

    [TorchFact]
    public void A_bf16_run_that_goes_on_from_files_has_the_same_bits() => GoesOnFromFiles("torch", ComputeType.BFloat16);

    [Theory]
    [Engines]
    public void A_run_that_goes_on_from_files_has_the_same_bits(string engineName) => GoesOnFromFiles(engineName, ComputeType.Float32);

    private static void GoesOnFromFiles(string engineName, ComputeType type)
    {
        var settings = new EngineSettings { Threads = 1, ComputeType = type };
        var config = TinyModel.Config();
        using var directory = new TemporaryDirectory();
        using var straight = TinyModel.Engine(engineName, config, settings);
        Learn(straight, 2);
        HfModelDirectory.Write(directory.Path, config, TinyModel.Weights(config), WeightType.F32);
        straight.SaveWeights(directory.Path);
        straight.SaveOptimizer(directory.File("optimizer.safetensors"));
        using var resumed = EngineUnderTest.Load(engineName, directory.Path, settings);
        resumed.LoadOptimizer(directory.File("optimizer.safetensors"));
        Learn(straight, 2);
        Learn(resumed, 2);
        using var a = straight.Publish(0);
        using var b = resumed.Publish(0);
        Assert.Equal(straight.Logprobs(a, Batch(2), 1), resumed.Logprobs(b, Batch(2), 1));
        straight.SaveOptimizer(directory.File("a"));
        resumed.SaveOptimizer(directory.File("b"));
        Assert.Equal(File.ReadAllBytes(directory.File("a")), File.ReadAllBytes(directory.File("b")));
        Assert.False(File.Exists(directory.File("a.tmp")));
    }

    [Theory]
    [Engines]
    public void An_optimizer_file_of_another_model_is_refused(string engineName)
    {
        using var directory = new TemporaryDirectory();
        using var engine = TinyModel.Engine(engineName);
        using var other = TinyModel.Engine(engineName, TinyModel.Config(keyValueHeads: 4));
        other.SaveOptimizer(directory.File("other"));
        Assert.Contains(
            "another model",
            Assert.Throws<ModelFileException>(() => engine.LoadOptimizer(directory.File("other"))).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ModelFileException>(() => engine.LoadOptimizer(directory.File("absent")));
    }

    [TorchFact]
    public void Steps_too_small_for_bf16_still_add_up_in_its_masters()
    {
        using var engine = TinyModel.Engine("torch", settings: new EngineSettings { Threads = 1, ComputeType = ComputeType.BFloat16 });
        using var directory = new TemporaryDirectory();
        for (int i = 0; i < 4; i++)
        {
            engine.ForwardBackward(Batch(1), 1, logprobs => Samples.Constant(logprobs, -1));
            engine.Step(Step with { LearningRate = 1e-6, Settings = new AdamWSettings() });
        }

        engine.SaveOptimizer(directory.File("optimizer"));
        using var saved = SafetensorsReader.Open(directory.File("optimizer"));
        string name = WeightMap.Layer(0, "mlp.down_proj.weight");
        float[] start = TinyModel.Weights(engine.Config).Single(weight => weight.Name == name).Values;
        double moved = start.Zip(saved.ReadFloat32("master." + name), (a, b) => Math.Abs((double)a - b)).Average();
        Assert.InRange(moved, 2e-6, 5e-6);
    }

    [Theory]
    [Engines]
    public void A_gradient_scale_of_zero_leaves_only_weight_decay(string engineName)
    {
        using var engine = TinyModel.Engine(engineName);
        using var directory = new TemporaryDirectory();
        engine.ForwardBackward(Batch(1), 1, logprobs => Samples.Constant(logprobs, -1));
        engine.Step(new AdamWStep(0.1, 0, new AdamWSettings(WeightDecay: 0.5)));
        Assert.Equal(0, engine.GradientNorm());
        engine.SaveWeights(directory.Path);
        using var saved = SafetensorsReader.Open(directory.File(HfModelDirectory.SingleFileName));
        foreach (var weight in TinyModel.Weights(engine.Config))
        {
            Assert.True(Compare.MaxDifference(weight.Values.Select(v => v * 0.95f), saved.ReadFloat32(weight.Name)) < 1e-6, weight.Name);
        }
    }

    private static Stages.MicroBatch Batch(int offset) =>
        Samples.Batch(
            [
                [3, 4, 5],
                [6],
            ],
            (0, [7 + offset, 8, 9]),
            (0, [10, 11]),
            (1, [12 + offset, 13, 14, 15])
        );

    private static void Learn(ILocalEngine engine, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            engine.ForwardBackward(Batch(i), 1, logprobs => Samples.Constant(logprobs, -1));
            engine.Step(Step);
        }
    }
}
