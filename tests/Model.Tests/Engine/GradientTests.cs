using Cppo.Model.Engine;
using Cppo.Model.Weights;
using Cppo.Stages;

namespace Cppo.Model.Tests.Engine;

public sealed class GradientTests
{
    private static readonly int[][] Prompts =
    [
        [3, 4, 5, 6],
        [9],
        [10, 11, 12, 13, 14, 15, 16],
    ];

    private static readonly (int Prompt, int[] TokenIds)[] Completions =
    [
        (0, [7, 8, 9, 1]),
        (0, [20]),
        (0, [21, 22, 23, 24, 25, 26, 27, 28]),
        (1, [30, 31, 1]),
        (2, [40, 41, 42, 43, 44]),
        (2, [45, 46, 47, 1]),
    ];

    [Theory]
    [Engines(true, 2, 1024, true)]
    [Engines(true, 2, 3, false)]
    [Engines(false, 4, 7, true)]
    [Engines(false, 1, 1, true)]
    public void Chunks_and_recomputation_change_nothing(string engineName, bool tied, int keyValueHeads, int chunk, bool recompute)
    {
        var config = TinyModel.Config(tied, keyValueHeads);
        using var plain = TinyModel.Engine(engineName, config);
        using var other = TinyModel.Engine(
            engineName,
            config,
            new EngineSettings
            {
                Threads = 1,
                LogitChunkTokens = chunk,
                RecomputeActivations = recompute,
            }
        );
        Compare.Near(Gradients(plain, Samples.Batch(Prompts, Completions)), Gradients(other, Samples.Batch(Prompts, Completions)), 1e-5);
    }

    [Theory]
    [Engines]
    public void A_shared_prompt_gives_what_separate_prompts_give(string engineName)
    {
        using var engine = TinyModel.Engine(engineName);
        var separate = Samples.Batch([.. Completions.Select(c => Prompts[c.Prompt])], [.. Completions.Select((c, i) => (i, c.TokenIds))]);
        Compare.Near(Gradients(engine, separate), Gradients(engine, Samples.Batch(Prompts, Completions)), 1e-5);
        using var snapshot = engine.Publish(0);
        Compare.Near(engine.Logprobs(snapshot, separate, 0.8), engine.Logprobs(snapshot, Samples.Batch(Prompts, Completions), 0.8), 2e-5);
    }

    [Theory]
    [Engines]
    public void Gradients_of_micro_batches_add_up(string engineName)
    {
        using var engine = TinyModel.Engine(engineName);
        var whole = Gradients(engine, Samples.Batch(Prompts, Completions));
        foreach (var part in Completions.Chunk(2))
        {
            engine.ForwardBackward(Samples.Batch(Prompts, part), 0.9, Gradient);
        }

        Compare.Near(whole, engine.ExportGradients(), 1e-5);
    }

    public static IEnumerable<object[]> Slopes() =>
        EngineUnderTest.WithEach(
            from architecture in TinyModel.Architectures
            from parameter in WeightMap.Expected(TinyModel.Architecture(architecture)).Select(expected => expected.Name)
            where !parameter.Contains(".0.", StringComparison.Ordinal) && !parameter.Contains(".2.", StringComparison.Ordinal)
            select new object[] { architecture, parameter }
        );

    [Theory]
    [Engines("wide heads with norms")]
    [Engines("narrow heads with all")]
    public void Recomputation_changes_nothing_in_any_architecture(string engineName, string architecture)
    {
        var config = TinyModel.Architecture(architecture);
        using var plain = TinyModel.Engine(engineName, config);
        using var other = TinyModel.Engine(engineName, config, new EngineSettings { Threads = 1, RecomputeActivations = true });
        Compare.Near(Gradients(plain, Samples.Batch(Prompts, Completions)), Gradients(other, Samples.Batch(Prompts, Completions)), 1e-5);
    }

    [Theory]
    [MemberData(nameof(Slopes))]
    public void The_gradient_is_the_slope_of_the_loss(string engineName, string architecture, string name)
    {
        var config = TinyModel.Architecture(architecture);
        var batch = Samples.Batch(Prompts, Completions);
        using var engine = TinyModel.Engine(engineName, config);
        var gradients = Gradients(engine, batch);
        var weights = TinyModel.Weights(config);
        // Along the gradient of one parameter, the loss changes by the step times the gradient's square norm.
        float[] gradient = gradients.Single(g => g.Name == name).Values;
        double square = gradient.Sum(g => (double)g * g),
            step = 0.02 / Math.Sqrt(square);
        double slope = (Loss(Moved(step)) - Loss(Moved(-step))) / (2 * step);
        Assert.Equal(square, slope, 0.02 * square);

        double Loss(IReadOnlyList<NamedArray> moved)
        {
            using var at = EngineUnderTest.Create(engineName, config, moved, new EngineSettings { Threads = 1 });
            using var snapshot = at.Publish(0);
            float[][] logprobs = at.Logprobs(snapshot, batch, 0.9);
            return logprobs.Zip(Gradient(logprobs), (l, g) => l.Zip(g, (x, y) => (double)x * y).Sum()).Sum();
        }

        IReadOnlyList<NamedArray> Moved(double by) =>
            [.. weights.Select(w => w.Name == name ? w with { Values = [.. w.Values.Zip(gradient, (v, g) => (float)(v + (by * g)))] } : w)];
    }

    [Theory]
    [Engines]
    public void Export_and_import_are_inverse_and_the_norm_is_global(string engineName)
    {
        using var engine = TinyModel.Engine(engineName, TinyModel.Config(tied: false));
        engine.ForwardBackward(Samples.Batch(Prompts, Completions), 0.9, Gradient);
        var gradients = engine.ExportGradients();
        double norm = engine.GradientNorm();
        Assert.Equal(Math.Sqrt(gradients.Sum(g => g.Values.Sum(v => (double)v * v))), norm, norm * 1e-5);
        engine.ZeroGradients();
        Assert.Equal(0, engine.GradientNorm());
        engine.ImportGradients(gradients);
        Compare.Same(gradients, engine.ExportGradients());
        Assert.Throws<ArgumentException>(() => engine.ImportGradients([.. gradients.Skip(1)]));
    }

    [Theory]
    [Engines]
    public void A_gradient_of_another_shape_is_refused(string engineName)
    {
        using var engine = TinyModel.Engine(engineName);
        Assert.Throws<ArgumentException>(() =>
            engine.ForwardBackward(Samples.Batch(Prompts, Completions), 1, logprobs => [.. logprobs.Skip(1)])
        );
    }

    [Theory]
    [Engines]
    public void A_gradient_that_is_not_finite_shows_in_the_norm(string engineName)
    {
        using var engine = TinyModel.Engine(engineName);
        engine.ForwardBackward(Samples.Batch(Prompts, Completions), 1, logprobs => Samples.Constant(logprobs, float.NaN));
        Assert.False(double.IsFinite(engine.GradientNorm()));
    }

    [Theory]
    [Engines]
    public void The_same_batch_gives_the_same_bits(string engineName)
    {
        using var engine = TinyModel.Engine(engineName, settings: new EngineSettings { Threads = 2 });
        var batch = Samples.Batch(Prompts, Completions);
        Compare.Same(Gradients(engine, batch), Gradients(engine, batch));
    }

    private static IReadOnlyList<NamedArray> Gradients(ILocalEngine engine, MicroBatch batch)
    {
        engine.ForwardBackward(batch, 0.9, Gradient);
        var gradients = engine.ExportGradients();
        engine.ZeroGradients();
        return gradients;
    }

    /// <summary>A number of its own for every length, so that mixed-up tokens show.</summary>
    private static float[][] Gradient(float[][] logprobs) =>
        [.. logprobs.Select(row => row.Select((_, t) => 1f / (row.Length + t)).ToArray())];
}
