using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Managed;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Tests.Engine;
using Cppo.Model.Tests.Tokenizer;
using Cppo.Model.Tokenizer;
using Cppo.Model.Weights;
using Xunit.Abstractions;

namespace Cppo.Model.Tests.Managed;

/// <summary>
/// The gap between the logprobs of rollouts and those of the trainer, on the base model of the embedded default and on the same function
/// with outlier channels: some channels of each norm's weight are larger by a factor, and the columns that read them smaller.
/// </summary>
public sealed class OutlierChannelTests(ITestOutputHelper output)
{
    private const float Factor = 32;
    private static readonly int[] Channels = [7, 50, 101];

    [Theory]
    [InlineData(nameof(WeightPrecision.Float32), 1e-6, 2e-5)]
    [InlineData(nameof(WeightPrecision.BFloat16), 6e-3, 1)]
    [InlineData(nameof(WeightPrecision.Int8), 0.06, 4)]
    public void Outlier_channels_change_the_gap_of_int8_alone(string precision, double mean, double largest)
    {
        using var directory = HfModelDirectory.Open(Path.Combine(TokenizerData.Root, "data", "base-model"));
        NamedArray[] plain = [.. directory.ReadAll()];
        NamedArray[] outliers = [.. plain.Select(weight => WithOutliers(weight, directory.Config))];
        double[] withoutGap = Gaps(directory.Config, plain, precision);
        double[] withGap = Gaps(directory.Config, outliers, precision);
        Show("plain", precision, withoutGap);
        Show("outlier channels", precision, withGap);
        foreach (double[] gaps in new[] { withoutGap, withGap })
        {
            Assert.InRange(gaps.Average(), precision == nameof(WeightPrecision.Float32) ? 0 : 1e-5, mean);
            Assert.InRange(gaps.Max(), 0, largest);
        }

        // A power of two changes nothing in fp32 and bf16. In int8 the smaller columns share their scale with others, so they lose most.
        Assert.True(
            precision == nameof(WeightPrecision.Int8) ? withGap.Average() < 5 * withoutGap.Average() : withGap.SequenceEqual(withoutGap),
            $"{withGap.Average()} with outlier channels, {withoutGap.Average()} without"
        );
    }

    private void Show(string weights, string precision, double[] gaps)
    {
        double above = gaps.Count(gap => gap > 0.01) * 100.0 / gaps.Length;
        string text = $"{weights}, {precision}: mean {gaps.Average():0.0e+0}, largest {gaps.Max():0.0e+0}, above 0.01: {above:0.00} %";
        output.WriteLine($"{text}, {gaps.Length} tokens");
    }

    private static double[] Gaps(DecoderConfig config, IReadOnlyList<NamedArray> weights, string precision)
    {
        var settings = new EngineSettings { Threads = 2, RolloutPrecision = Enum.Parse<WeightPrecision>(precision) };
        using var engine = new ManagedEngine(config, weights, settings, SimdLevels.Best);
        using var snapshot = engine.Publish(0);
        var request = Request();
        return RolloutGaps.Of(engine, snapshot, request, engine.Generate(snapshot, request, CancellationToken.None));
    }

    /// <summary>16 completions of up to 64 tokens for each of 8 questions of the default.</summary>
    private static GenerationRequest Request()
    {
        string root = Path.Combine(TokenizerData.Root, "data");
        var tokenizer = ByteLevelTokenizer.Load(Path.Combine(root, "base-model"));
        string[] questions = [.. File.ReadLines(Path.Combine(root, "train.csv")).Skip(1).Take(8).Select(line => line.Split(',')[0])];
        return new GenerationRequest
        {
            Prompts = [.. questions.Select((question, i) => new GenerationPrompt([.. tokenizer.Encode(question)], i))],
            GroupSize = 16,
            Sampling = new SamplingSettings
            {
                Temperature = 1,
                MaxNewTokens = 64,
                StopTokenIds = [],
                Seed = 11,
            },
        };
    }

    private static NamedArray WithOutliers(NamedArray weight, DecoderConfig config)
    {
        bool isNorm = weight.Name.EndsWith("layernorm.weight", StringComparison.Ordinal);
        string[] readers = ["q_proj", "k_proj", "v_proj", "gate_proj", "up_proj"];
        if (!isNorm && !(weight.Shape.Length == 2 && readers.Any(reader => weight.Name.Contains(reader, StringComparison.Ordinal))))
        {
            return weight;
        }

        float[] values = [.. weight.Values];
        for (int i = 0; i < values.Length; i++)
        {
            if (Channels.Contains(i % config.HiddenSize))
            {
                values[i] = isNorm ? values[i] * Factor : values[i] / Factor;
            }
        }

        return weight with
        {
            Values = values,
        };
    }
}
