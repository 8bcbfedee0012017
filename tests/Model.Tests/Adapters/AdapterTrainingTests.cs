using Cppo.Model.Adapters;
using Cppo.Model.Engine;
using Cppo.Model.Tests.Engine;
using Cppo.Model.Tests.Torch;
using Cppo.Model.Weights;

namespace Cppo.Model.Tests.Adapters;

public sealed class AdapterTrainingTests
{
    private static EngineSettings One { get; } = new() { Threads = 1 };

    [Theory]
    [Engines]
    public void A_new_adapter_changes_nothing(string engineName)
    {
        var config = TinyModel.Architecture("biases everywhere");
        using var engine = TinyAdapter.Engine(engineName, config, Adapter.New(config, TinyAdapter.All, TinyAdapter.Base(), seed: 5));
        using var plain = TinyModel.Engine(engineName, config);
        using var snapshot = engine.Publish(0);
        using var off = engine.PublishBase(0);
        using var dense = plain.Publish(0);
        float[][] expected = plain.Logprobs(dense, TinyAdapter.Batch(), 0.9);
        Compare.Near(expected, engine.Logprobs(snapshot, TinyAdapter.Batch(), 0.9), 0);
        Compare.Near(expected, engine.Logprobs(off, TinyAdapter.Batch(), 0.9), 0);
    }

    [Theory]
    [Engines]
    public void Steps_leave_the_base_as_it_was(string engineName)
    {
        var config = TinyModel.Architecture("untied");
        var adapter = TinyAdapter.Create(config, TinyAdapter.All);
        using var engine = TinyAdapter.Engine(engineName, config, adapter);
        using var plain = TinyModel.Engine(engineName, config);
        using var dense = plain.Publish(0);
        using var before = engine.Publish(0);
        using var off = engine.PublishBase(0);
        float[][] was = engine.Logprobs(before, TinyAdapter.Batch(), 1);
        TinyAdapter.Learn(engine, 2);
        using var after = engine.Publish(2);
        Compare.Same(TinyModel.Weights(config), off.Export());
        Compare.Near(plain.Logprobs(dense, TinyAdapter.Batch(), 1), engine.Logprobs(off, TinyAdapter.Batch(), 1), 0);

        // A snapshot keeps its adapter while the policy learns, and every array of the policy's has moved.
        Compare.Near(was, engine.Logprobs(before, TinyAdapter.Batch(), 1), 0);
        Compare.Same(adapter.Arrays, before.Export());
        Assert.All(adapter.Arrays.Zip(after.Export()), pair => Assert.NotEqual(pair.First.Values, pair.Second.Values));
        Assert.True(engine.Logprobs(after, TinyAdapter.Batch(), 1).SelectMany(row => row).Sum() > was.SelectMany(row => row).Sum() + 0.1);
    }

    [Theory]
    [Engines]
    public void A_step_is_that_of_AdamW_on_the_adapter_alone(string engineName)
    {
        var config = TinyModel.Config();
        var adapter = TinyAdapter.Create(config, TinyAdapter.Classic);
        using var engine = TinyAdapter.Engine(engineName, config, adapter);
        var gradients = TinyAdapter.Gradients(engine, TinyAdapter.Batch());
        engine.ForwardBackward(TinyAdapter.Batch(), 0.9, TinyAdapter.Gradient);
        engine.Step(new AdamWStep(1e-2, 1, new AdamWSettings(WeightDecay: 0.1)));
        Assert.Equal(0, engine.GradientNorm());
        using var stepped = engine.Publish(1);
        // The first step's mean over root of mean square is the gradient's sign, but for epsilon.
        var expected = adapter.Arrays.Zip(
            gradients,
            (array, gradient) =>
                array with
                {
                    Values = [.. array.Values.Zip(gradient.Values, (v, g) => (v * 0.999f) - (0.01f * g / (MathF.Abs(g) + 1e-8f)))],
                }
        );
        Compare.Near([.. expected], stepped.Export(), 1e-5);
    }

    [Theory]
    [Engines]
    public void Adapters_travel_from_engine_to_engine(string engineName)
    {
        var config = TinyModel.Config();
        var adapter = TinyAdapter.Create(config, TinyAdapter.Mixed);
        using var learner = TinyAdapter.Engine(engineName, config, adapter);
        using var other = TinyAdapter.Engine(engineName, config, adapter);
        TinyAdapter.Learn(learner, 1);
        using var published = learner.Publish(1);
        using var imported = other.ImportSnapshot(published.Export(), 1);
        using var whole = other.ImportSnapshot(TinyModel.Weights(config), 0);
        using var off = other.PublishBase(0);
        Compare.Near(learner.Logprobs(published, TinyAdapter.Batch(), 1), other.Logprobs(imported, TinyAdapter.Batch(), 1), 0);
        Compare.Near(other.Logprobs(off, TinyAdapter.Batch(), 1), other.Logprobs(whole, TinyAdapter.Batch(), 1), 0);
    }

    [Theory]
    [Engines]
    public void Completions_are_those_of_the_merged_model(string engineName)
    {
        var config = TinyModel.Config();
        var adapter = TinyAdapter.Create(config, TinyAdapter.All);
        using var engine = TinyAdapter.Engine(engineName, config, adapter);
        using var merged = TinyAdapter.Merged(engineName, config, adapter);
        using var snapshot = engine.Publish(0);
        using var dense = merged.Publish(0);
        var ours = engine.Generate(snapshot, TinyModel.Request(5, 3, temperature: 0), default);
        var theirs = merged.Generate(dense, TinyModel.Request(5, 3, temperature: 0), default);
        foreach (var (a, b) in ours.Zip(theirs).SelectMany(pair => pair.First.Completions.Zip(pair.Second.Completions)))
        {
            Assert.Equal(b.TokenIds, a.TokenIds);
            Compare.Near([b.Logprobs], [a.Logprobs], 2e-5);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_step_that_threads_share_gives_the_bits_of_lanes_of_their_own(int threads)
    {
        var config = TinyModel.Architecture("biases everywhere");
        var adapter = TinyAdapter.Create(config, TinyAdapter.All);
        foreach (string engineName in EngineUnderTest.Names.Where(name => name.StartsWith("managed", StringComparison.Ordinal)))
        {
            using var own = TinyAdapter.Engine(engineName, config, adapter);
            var settings = new EngineSettings { Threads = threads, MaxFloatsOfOwnLanes = 0 };
            using var shared = TinyAdapter.Engine(engineName, config, adapter, settings);
            using var ownSnapshot = own.Publish(0);
            using var sharedSnapshot = shared.Publish(0);
            var expected = own.Generate(ownSnapshot, TinyModel.Request(5, 4), default);
            var completions = shared.Generate(sharedSnapshot, TinyModel.Request(5, 4), default);
            foreach (var (a, b) in expected.Zip(completions).SelectMany(pair => pair.First.Completions.Zip(pair.Second.Completions)))
            {
                Assert.Equal(a.TokenIds, b.TokenIds);
                Assert.Equal(a.Logprobs, b.Logprobs);
            }
        }
    }

    [Theory]
    [InlineData("all", "biases everywhere")]
    [InlineData("mixed", "narrow heads with all")]
    [InlineData("wide", "untied")]
    public void Any_number_of_threads_gives_the_same_bits(string settings, string architecture)
    {
        var config = TinyModel.Architecture(architecture);
        var adapter = TinyAdapter.Create(config, TinyAdapter.Settings(settings));
        foreach (string engineName in EngineUnderTest.Names.Where(name => name.StartsWith("managed", StringComparison.Ordinal)))
        {
            using var one = TinyAdapter.Engine(engineName, config, adapter);
            using var three = TinyAdapter.Engine(engineName, config, adapter, new EngineSettings { Threads = 3 });
            Compare.Same(TinyAdapter.Gradients(one, TinyAdapter.LongBatch()), TinyAdapter.Gradients(three, TinyAdapter.LongBatch()));
            TinyAdapter.Learn(one, 2);
            TinyAdapter.Learn(three, 2);
            Assert.Equal(one.HashWeights(), three.HashWeights());
        }
    }

    [Theory]
    [Engines]
    public void Engines_agree_on_gradients_and_hash(string engineName)
    {
        var config = TinyModel.Architecture("wide heads with norms");
        var adapter = TinyAdapter.Create(config, TinyAdapter.All);
        using var engine = TinyAdapter.Engine(engineName, config, adapter);
        using var plain = TinyAdapter.Engine("managed Portable", config, adapter);
        Assert.Equal(WeightsHash.Of(adapter.Arrays), engine.HashWeights());
        Compare.Near(TinyAdapter.Gradients(plain, TinyAdapter.LongBatch()), TinyAdapter.Gradients(engine, TinyAdapter.LongBatch()), 2e-5);
    }

    [Theory]
    [Engines]
    public void A_run_that_goes_on_from_files_has_the_same_bits(string engineName) => GoesOnFromFiles(engineName, One);

    [TorchFact]
    public void A_bf16_run_that_goes_on_from_files_has_the_same_bits() =>
        GoesOnFromFiles("torch", One with { ComputeType = ComputeType.BFloat16 });

    [TorchFact]
    public void A_bf16_base_gives_about_the_logprobs_of_fp32()
    {
        var config = TinyModel.Config();
        var adapter = TinyAdapter.Create(config, TinyAdapter.All);
        using var engine = TinyAdapter.Engine("torch", config, adapter, One with { ComputeType = ComputeType.BFloat16 });
        using var exact = TinyAdapter.Engine("torch", config, adapter);
        using var rounded = engine.Publish(0);
        using var snapshot = exact.Publish(0);
        Compare.Near(exact.Logprobs(snapshot, TinyAdapter.Batch(), 1), engine.Logprobs(rounded, TinyAdapter.Batch(), 1), 0.1);
    }

    [Theory]
    [Engines]
    public void An_optimizer_file_of_another_adapter_is_refused(string engineName)
    {
        var config = TinyModel.Config();
        using var directory = new TemporaryDirectory();
        using var engine = TinyAdapter.Engine(engineName, config, TinyAdapter.Create(config, TinyAdapter.All));
        using var other = TinyAdapter.Engine(engineName, config, TinyAdapter.Create(config, TinyAdapter.Classic));
        other.SaveOptimizer(directory.File("other"));
        Assert.Throws<ModelFileException>(() => engine.LoadOptimizer(directory.File("other")));
    }

    private static void GoesOnFromFiles(string engineName, EngineSettings settings)
    {
        var config = TinyModel.Config();
        using var directory = new TemporaryDirectory();
        using var straight = TinyAdapter.Engine(engineName, config, TinyAdapter.Create(config, TinyAdapter.All), settings);
        TinyAdapter.Learn(straight, 2);
        straight.SaveWeights(directory.Path);
        straight.SaveOptimizer(directory.File("optimizer"));
        using var resumed = TinyAdapter.Engine(engineName, config, AdapterDirectory.Open(directory.Path).Read(config), settings);
        resumed.LoadOptimizer(directory.File("optimizer"));
        Assert.Equal(straight.HashWeights(), resumed.HashWeights());
        TinyAdapter.Learn(straight, 2);
        TinyAdapter.Learn(resumed, 2);
        Assert.Equal(straight.HashWeights(), resumed.HashWeights());
        straight.SaveOptimizer(directory.File("a"));
        resumed.SaveOptimizer(directory.File("b"));
        Assert.Equal(File.ReadAllBytes(directory.File("a")), File.ReadAllBytes(directory.File("b")));
        using var a = straight.Publish(0);
        using var b = resumed.Publish(0);
        Compare.Near(straight.Logprobs(a, TinyAdapter.Batch(), 1), resumed.Logprobs(b, TinyAdapter.Batch(), 1), 0);
    }
}
