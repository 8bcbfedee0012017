using Cppo.Model.Adapters;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Tests.Engine;

namespace Cppo.Model.Tests.Adapters;

public sealed class AdapterEngineTests
{
    public static IEnumerable<object[]> Cases() =>
        EngineUnderTest.WithEach([
            ["untied", "all"],
            ["wide heads with norms", "mixed"],
            ["biases everywhere", "all"],
            ["narrow heads with all", "wide"],
            ["scaled angles", "classic"],
            ["scaled angles", "down"],
        ]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Logprobs_are_those_of_the_merged_model(string engineName, string architecture, string settings)
    {
        var config = TinyModel.Architecture(architecture);
        var adapter = TinyAdapter.Create(config, TinyAdapter.Settings(settings));
        using var engine = TinyAdapter.Engine(engineName, config, adapter);
        using var merged = TinyAdapter.Merged(engineName, config, adapter);
        using var snapshot = engine.Publish(0);
        using var dense = merged.Publish(0);
        using var without = engine.PublishBase(0);
        float[][] expected = merged.Logprobs(dense, TinyAdapter.Batch(), 0.9);
        Compare.Near(expected, engine.Logprobs(snapshot, TinyAdapter.Batch(), 0.9), 1e-5);
        float[][]? training = null;
        engine.ForwardBackward(TinyAdapter.Batch(), 0.9, logprobs => TinyAdapter.Gradient(training = logprobs));
        Compare.Near(expected, training!, 1e-5);
        // The adapter changes something, or the rest would show nothing.
        float[][] plain = engine.Logprobs(without, TinyAdapter.Batch(), 0.9);
        Assert.True(Compare.MaxDifference(expected.SelectMany(row => row), plain.SelectMany(row => row)) > 0.01);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_are_those_of_the_merged_weights_through_the_factors(string engineName, string architecture, string settings)
    {
        var config = TinyModel.Architecture(architecture);
        var adapter = TinyAdapter.Create(config, TinyAdapter.Settings(settings));
        using var engine = TinyAdapter.Engine(engineName, config, adapter);
        using var merged = TinyAdapter.Merged(engineName, config, adapter);
        Compare.Near(
            ThroughFactors(config, adapter, TinyAdapter.Gradients(merged, TinyAdapter.Batch())),
            TinyAdapter.Gradients(engine, TinyAdapter.Batch()),
            2e-5
        );
    }

    [Theory]
    [Engines("all")]
    [Engines("mixed")]
    public void The_gradient_is_the_slope_of_the_loss(string engineName, string settings)
    {
        var config = TinyModel.Config();
        var adapter = TinyAdapter.Create(config, TinyAdapter.Settings(settings));
        using var engine = TinyAdapter.Engine(engineName, config, adapter);
        foreach (var gradient in TinyAdapter.Gradients(engine, TinyAdapter.Batch()).Where((_, i) => i % 3 == 0))
        {
            double square = gradient.Values.Sum(g => (double)g * g),
                step = 0.02 / Math.Sqrt(square);
            double slope = (Loss(Moved(gradient, step)) - Loss(Moved(gradient, -step))) / (2 * step);
            Assert.Equal(square, slope, 0.02 * square);
        }

        double Loss(Adapter moved)
        {
            using var at = TinyAdapter.Engine(engineName, config, moved);
            using var snapshot = at.Publish(0);
            float[][] logprobs = at.Logprobs(snapshot, TinyAdapter.Batch(), 0.9);
            return logprobs.Zip(TinyAdapter.Gradient(logprobs), (l, g) => l.Zip(g, (x, y) => (double)x * y).Sum()).Sum();
        }

        Adapter Moved(NamedArray along, double by) =>
            new(
                adapter.Settings,
                adapter.Base,
                [
                    .. adapter.Arrays.Select(array =>
                        array.Name == along.Name
                            ? array with
                            {
                                Values = [.. array.Values.Zip(along.Values, (v, g) => (float)(v + (by * g)))],
                            }
                            : array
                    ),
                ]
            );
    }

    [Theory]
    [Engines(3, true)]
    [Engines(1024, true)]
    [Engines(7, false)]
    public void Chunks_and_recomputation_change_nothing(string engineName, int chunk, bool recompute)
    {
        var config = TinyModel.Architecture("biases everywhere");
        var adapter = TinyAdapter.Create(config, TinyAdapter.All);
        using var plain = TinyAdapter.Engine(engineName, config, adapter);
        using var other = TinyAdapter.Engine(
            engineName,
            config,
            adapter,
            new EngineSettings
            {
                Threads = 1,
                LogitChunkTokens = chunk,
                RecomputeActivations = recompute,
            }
        );
        Compare.Near(TinyAdapter.Gradients(plain, TinyAdapter.Batch()), TinyAdapter.Gradients(other, TinyAdapter.Batch()), 1e-5);
    }

    [Theory]
    [Engines]
    public void Export_and_import_of_gradients_are_inverse_and_the_norm_is_global(string engineName)
    {
        var config = TinyModel.Config();
        using var engine = TinyAdapter.Engine(engineName, config, TinyAdapter.Create(config, TinyAdapter.Classic));
        engine.ForwardBackward(TinyAdapter.Batch(), 0.9, TinyAdapter.Gradient);
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
    public void A_policy_without_an_adapter_has_no_base(string engineName)
    {
        using var engine = TinyModel.Engine(engineName);
        Assert.Throws<InvalidOperationException>(() => engine.PublishBase(0));
    }

    /// <summary>dA = s B^T dW and dB = s dW A^T, in double.</summary>
    private static List<NamedArray> ThroughFactors(DecoderConfig config, Adapter adapter, IReadOnlyList<NamedArray> byWeights)
    {
        var weights = byWeights.ToDictionary(array => array.Name, array => array.Values);
        var arrays = adapter.Arrays.ToDictionary(array => array.Name, array => array.Values);
        int rank = adapter.Settings.Rank;
        double scale = adapter.Settings.Scale;
        var gradients = new List<NamedArray>();
        foreach (var module in new AdapterShape(config, adapter.Settings).Modules)
        {
            var (w, a, b) = (weights[module.Weight], arrays[module.A], arrays[module.B]);
            float[] byA = new float[a.Length],
                byB = new float[b.Length];
            for (int k = 0; k < rank; k++)
            {
                for (int i = 0; i < module.Inputs; i++)
                {
                    double sum = Enumerable.Range(0, module.Outputs).Sum(o => (double)b[(o * rank) + k] * w[(o * module.Inputs) + i]);
                    byA[(k * module.Inputs) + i] = (float)(scale * sum);
                }

                for (int o = 0; o < module.Outputs; o++)
                {
                    double sum = Enumerable
                        .Range(0, module.Inputs)
                        .Sum(i => (double)w[(o * module.Inputs) + i] * a[(k * module.Inputs) + i]);
                    byB[(o * rank) + k] = (float)(scale * sum);
                }
            }

            gradients.Add(new NamedArray(module.A, [rank, module.Inputs], byA));
            gradients.Add(new NamedArray(module.B, [module.Outputs, rank], byB));
        }

        return gradients;
    }
}
