using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Weights;

namespace Cppo.Model.Tests.Engine;

/// <summary>Random models that are small, but whose logits are far from uniform.</summary>
internal static class TinyModel
{
    internal static DecoderConfig Config(bool tied = true, int keyValueHeads = 2, int vocabulary = 60) =>
        new()
        {
            VocabSize = vocabulary,
            HiddenSize = 32,
            IntermediateSize = 48,
            NumLayers = 3,
            NumHeads = 4,
            NumKeyValueHeads = keyValueHeads,
            MaxPositions = 128,
            TieWordEmbeddings = tied,
        };

    /// <summary>What families can differ in, by the name that tests show.</summary>
    internal static DecoderConfig Architecture(string name) =>
        name switch
        {
            "untied" => Config(tied: false),
            "wide heads with norms" => Config(keyValueHeads: 1) with { HeadSize = 24, HeadNorms = true, QkvBias = false },
            "biases everywhere" => Config(tied: false, keyValueHeads: 4) with { OutputBias = true, MlpBias = true, IntermediateSize = 50 },
            "narrow heads with all" => Config() with { HeadSize = 6, HeadNorms = true, OutputBias = true, MlpBias = true },
            "scaled angles" => Config() with { QkvBias = false, RopeTheta = 100, RopeScaling = new Llama3Scaling(8, 1, 4, 40) },
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such architecture."),
        };

    internal static readonly string[] Architectures =
    [
        "untied",
        "wide heads with norms",
        "biases everywhere",
        "narrow heads with all",
        "scaled angles",
    ];

    internal static IReadOnlyList<NamedArray> Weights(DecoderConfig config, ulong seed = 1) =>
        [.. RandomWeights.Create(config, seed).Select(weight => weight with { Values = Values(weight) })];

    /// <summary>Matrices of standard deviation 0.15; norms around 1 and biases around 0 that differ from element to element.</summary>
    private static float[] Values(NamedArray weight)
    {
        if (weight.Shape.Length == 1)
        {
            return [.. weight.Values.Select((value, i) => value + (0.3f * MathF.Sin(i)))];
        }

        float scale = 0.15f / MathF.Sqrt(weight.Values.Sum(value => value * value) / weight.Values.Length);
        return [.. weight.Values.Select(value => value * scale)];
    }

    internal static ILocalEngine Engine(string engineName, DecoderConfig? config = null, EngineSettings? settings = null)
    {
        config ??= Config();
        return EngineUnderTest.Create(engineName, config, Weights(config), settings ?? new EngineSettings { Threads = 1 });
    }

    internal static GenerationRequest Request(
        int numPrompts,
        int groupSize,
        double temperature = 1,
        int maxNewTokens = 12,
        params int[] stops
    ) =>
        new()
        {
            Prompts = [.. Enumerable.Range(0, numPrompts).Select(Prompt)],
            GroupSize = groupSize,
            Sampling = new SamplingSettings
            {
                Temperature = temperature,
                MaxNewTokens = maxNewTokens,
                StopTokenIds = stops,
                Seed = 7,
            },
        };

    /// <summary>Prompts of lengths 1, 4, 7, 10, 2, 5, ...</summary>
    internal static GenerationPrompt Prompt(int index) =>
        new([.. Enumerable.Range(0, 1 + (index * 3 % 11)).Select(i => 3 + (((index * 7) + (i * 5)) % 50))], 100 + index);
}
