using Cppo.Model.Engine;
using Cppo.Model.Weights;

namespace Cppo.Model.Tests.Engine;

/// <summary>The engines against numbers of Hugging Face's decoders, for every model of the golden directory.</summary>
public sealed class DecoderGoldenTests
{
    private static readonly EngineSettings Float32 = new() { Threads = 1 };

    public static IEnumerable<object[]> Models() => Where(_ => true);

    public static IEnumerable<object[]> ModelsWithGradients() => Where(golden => File.Exists(GoldenModels.GradientsPath(golden)));

    public static IEnumerable<object[]> ModelsWithLongSequence() =>
        Where(golden =>
        {
            using var file = GoldenModels.Open(golden);
            return file.Find("long.input_ids") is not null;
        });

    [Theory]
    [MemberData(nameof(Models))]
    public void Logprobs_match_at_two_temperatures(string engineName, string golden, string checkpoint)
    {
        using var engine = EngineUnderTest.Load(engineName, GoldenModels.CheckpointPath(checkpoint), Float32);
        using var snapshot = engine.Publish(0);
        using var expected = GoldenModels.Open(golden);
        var batch = Samples.FromPadded(expected, "train");
        int width = (int)expected.Find("train.per_token_logps")!.Shape[1];
        Compare.Near(
            Samples.Masked(expected.ReadFloat32("train.per_token_logps"), width, batch),
            engine.Logprobs(snapshot, batch, 1.0),
            5e-5
        );
        Compare.Near(
            Samples.Masked(expected.ReadFloat32("train.per_token_logps_temp0.7"), width, batch),
            engine.Logprobs(snapshot, batch, 0.7),
            5e-5
        );
    }

    [Theory]
    [MemberData(nameof(ModelsWithLongSequence))]
    public void Logprobs_of_a_long_sequence_match(string engineName, string golden, string checkpoint)
    {
        using var expected = GoldenModels.Open(golden);
        using var engine = EngineUnderTest.Load(engineName, GoldenModels.CheckpointPath(checkpoint), Float32);
        using var snapshot = engine.Publish(0);
        int[] ids = [.. expected.ReadInt64("long.input_ids").Select(id => (int)id)];
        Compare.Near(
            [expected.ReadFloat32("long.per_token_logps")],
            engine.Logprobs(snapshot, Samples.Batch([ids[..1]], (0, ids[1..])), 1.0),
            1e-4
        );
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Greedy_ids_match(string engineName, string golden, string checkpoint)
    {
        using var engine = EngineUnderTest.Load(engineName, GoldenModels.CheckpointPath(checkpoint), Float32);
        using var snapshot = engine.Publish(0);
        using var expected = GoldenModels.Open(golden);
        int count = (int)expected.Find("gen.greedy_ids")!.Shape[1];
        var completions = Greedy(engine, snapshot, expected, count, []);
        Assert.Equal(expected.ReadInt64("gen.greedy_ids").Select(id => (int)id), completions.SelectMany(c => c.TokenIds));
        Assert.True(Compare.MaxDifference(expected.ReadFloat32("gen.greedy_logps"), completions.SelectMany(c => c.Logprobs)) <= 1e-4);
        Assert.All(completions, completion => Assert.True(completion.FinishReason.IsLength));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Greedy_ids_match_up_to_the_stop_token(string engineName, string golden, string checkpoint)
    {
        using var engine = EngineUnderTest.Load(engineName, GoldenModels.CheckpointPath(checkpoint), Float32);
        using var snapshot = engine.Publish(0);
        using var expected = GoldenModels.Open(golden);
        int stop = (int)expected.ReadInt64("geneos.eos_token_id")[0],
            width = (int)expected.Find("geneos.greedy_ids")!.Shape[1];
        int[][] rows = expected.ReadInt64("geneos.greedy_ids").Select(id => (int)id).Chunk(width).ToArray();
        foreach (var (completion, row) in Greedy(engine, snapshot, expected, width, [stop]).Zip(rows))
        {
            int end = Array.IndexOf(row, stop);
            Assert.Equal(end < 0 ? row : row[..(end + 1)], completion.TokenIds);
            Assert.Equal(end >= 0, completion.FinishReason.IsStop);
        }
    }

    [Theory]
    [MemberData(nameof(ModelsWithGradients))]
    public void Gradients_match(string engineName, string golden, string checkpoint)
    {
        using var gradients = SafetensorsReader.Open(GoldenModels.GradientsPath(golden));
        using var values = GoldenModels.Open(golden);
        foreach (bool recompute in new[] { false, true })
        {
            using var engine = EngineUnderTest.Load(
                engineName,
                GoldenModels.CheckpointPath(checkpoint),
                Float32 with
                {
                    RecomputeActivations = recompute,
                }
            );
            engine.ForwardBackward(Samples.FromPadded(values, "train"), 1.0, logprobs => Samples.Constant(logprobs, 1));
            var expected = WeightMap
                .Expected(engine.Config)
                .Select(e => new NamedArray(e.Name, e.Shape, gradients.ReadFloat32(e.Name)))
                .ToArray();
            Compare.Near(expected, engine.ExportGradients(), 1e-4);
        }
    }

    private static IEnumerable<object[]> Where(Func<string, bool> condition) =>
        EngineUnderTest.WithEach(
            GoldenModels
                .Checkpoints()
                .Where(model => condition(model.Golden))
                .Select(model => new object[] { model.Golden, model.Checkpoint })
        );

    private static GeneratedCompletion[] Greedy(
        ILocalEngine engine,
        IPolicySnapshot snapshot,
        SafetensorsReader golden,
        int maxNewTokens,
        int[] stops
    )
    {
        int[][] prompts = Samples.Unpad(
            golden.ReadInt64("gen.input_ids"),
            golden.ReadInt64("gen.attention_mask"),
            golden.Find("gen.input_ids")!.Shape
        );
        var request = new GenerationRequest
        {
            Prompts = [.. prompts.Select((ids, i) => new GenerationPrompt(ids, i))],
            GroupSize = 1,
            Sampling = new SamplingSettings
            {
                Temperature = 0,
                MaxNewTokens = maxNewTokens,
                StopTokenIds = stops,
            },
        };
        return [.. engine.Generate(snapshot, request, CancellationToken.None).Select(group => group.Completions.Single())];
    }
}
