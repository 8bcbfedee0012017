using Cppo.Model.Adapters;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Tests.Engine;
using Cppo.Stages;

namespace Cppo.Model.Tests.Adapters;

/// <summary>Adapters on the tiny models, whose B is not 0, and the same models with the adapter merged in.</summary>
internal static class TinyAdapter
{
    internal static readonly AdapterSettings All = new(4, 6, AdapterModules.Names);

    internal static readonly AdapterSettings Classic = new(3, 3, ["v_proj", "q_proj"]);

    internal static readonly AdapterSettings Mixed = new(5, 20, ["k_proj", "o_proj", "up_proj"]);

    /// <summary>By the name that tests show; ranks of no, one and several tiles' rows and columns.</summary>
    internal static AdapterSettings Settings(string name) =>
        name switch
        {
            "all" => All,
            "classic" => Classic,
            "mixed" => Mixed,
            "down" => new(1, 2, ["down_proj"]),
            "wide" => new(40, 10, AdapterModules.Names),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such adapter."),
        };

    internal static AdapterBase Base() => new("base");

    /// <summary>A and B of deviations that change the logits well.</summary>
    internal static Adapter Create(DecoderConfig config, AdapterSettings settings, ulong seed = 3)
    {
        var start = Adapter.New(config, settings, Base(), seed);
        return new Adapter(
            settings,
            start.Base,
            [
                .. start.Arrays.Select(
                    (array, index) =>
                        index % 2 == 0
                            ? array
                            : array with
                            {
                                Values = [.. array.Values.Select((_, i) => 0.1f * MathF.Sin(((index + 1) * 0.7f) + (i * 1.3f)))],
                            }
                ),
            ]
        );
    }

    internal static ILocalEngine Engine(string engineName, DecoderConfig config, Adapter adapter, EngineSettings? settings = null) =>
        EngineUnderTest.Create(engineName, config, TinyModel.Weights(config), settings ?? new EngineSettings { Threads = 1 }, adapter);

    /// <summary>The model with all weights, the adapter's change among them.</summary>
    internal static ILocalEngine Merged(string engineName, DecoderConfig config, Adapter adapter, EngineSettings? settings = null) =>
        EngineUnderTest.Create(
            engineName,
            config,
            AdapterMerge.Merge(config, adapter, TinyModel.Weights(config).Select(WeightStream.Of)).Select(stream => stream.ToArray()),
            settings ?? new EngineSettings { Threads = 1 }
        );

    internal static MicroBatch Batch(int offset = 0) =>
        Samples.Batch(
            [
                [3, 4, 5, 6],
                [9],
                [10, 11, 12, 13, 14, 15, 16],
            ],
            (0, [7 + offset, 8, 9, 1]),
            (0, [20]),
            (0, [21, 22, 23, 24, 25, 26, 27, 28]),
            (1, [30, 31 + offset, 1]),
            (2, [40, 41, 42, 43, 44]),
            (2, [45, 46, 47, 1])
        );

    /// <summary>More rows than a stretch has of one thread.</summary>
    internal static MicroBatch LongBatch() =>
        Samples.Batch(
            [.. Enumerable.Range(0, 6).Select(prompt => Enumerable.Range(0, 20).Select(i => 3 + (((prompt * 7) + i) % 50)).ToArray())],
            [.. Enumerable.Range(0, 24).Select(c => (c / 4, Enumerable.Range(0, 40).Select(i => 2 + (((c * 5) + (i * 3)) % 55)).ToArray()))]
        );

    internal static IReadOnlyList<NamedArray> Gradients(ILocalEngine engine, MicroBatch batch)
    {
        engine.ForwardBackward(batch, 0.9, Gradient);
        var gradients = engine.ExportGradients();
        engine.ZeroGradients();
        return gradients;
    }

    /// <summary>A number of its own for every length, so that mixed-up tokens show.</summary>
    internal static float[][] Gradient(float[][] logprobs) =>
        [.. logprobs.Select(row => row.Select((_, t) => 1f / (row.Length + t)).ToArray())];

    internal static void Learn(ILocalEngine engine, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            engine.ForwardBackward(Batch(i), 1, logprobs => Samples.Constant(logprobs, -1));
            engine.Step(new AdamWStep(1e-2, 1, new AdamWSettings(WeightDecay: 0.01)));
        }
    }
}
