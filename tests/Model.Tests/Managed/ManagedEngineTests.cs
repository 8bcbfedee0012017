using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Managed;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Rollout;
using Cppo.Model.Managed.Threads;
using Cppo.Model.Tests.Engine;
using Cppo.Model.Tests.Torch;
using Cppo.Model.Torch;
using Cppo.Stages;

namespace Cppo.Model.Tests.Managed;

public sealed class ManagedEngineTests
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

    public static TheoryData<string> Levels() => [.. SimdLevels.Supported.Select(level => level.ToString())];

    /// <summary>Heads as wide as a panel of a product, and enough rows for several chunks.</summary>
    [Theory]
    [MemberData(nameof(Levels))]
    public void Gradients_are_those_of_plain_loops_and_the_same_bits_on_any_threads(string level)
    {
        var config = TinyModel.Config() with { HiddenSize = 128 };
        int[] Tokens(int seed, int length) => [.. Enumerable.Range(0, length).Select(i => 3 + (((seed * 31) + (i * (seed + 7))) % 50))];
        var batch = Samples.Batch(
            [.. Enumerable.Range(0, 12).Select(prompt => Tokens(prompt, 3 + (5 * prompt)))],
            [.. Enumerable.Range(0, 24).Select(sample => (sample / 2, Tokens(sample + 20, 1 + (sample * 7 % 23))))]
        );
        using var plain = Engine(nameof(SimdLevel.Portable), 1, config);
        using var one = Engine(level, 1, config);
        using var three = Engine(level, 3, config);
        var expected = Gradients(one, batch);
        Compare.Near(Gradients(plain, batch), expected, 1e-5);
        for (int i = 0; i < 20; i++)
        {
            foreach (var (e, a) in expected.Zip(Gradients(three, batch)))
            {
                Assert.True(e.Values.AsSpan().SequenceEqual(a.Values), $"{e.Name} in run {i}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void A_completion_has_the_same_bits_whatever_runs_beside_it(string level)
    {
        using var one = Engine(level, 1);
        using var three = Engine(level, 3);
        var request = TinyModel.Request(8, 20, 1, 16, 3, 4, 5);
        using var first = one.Publish(0);
        using var second = three.Publish(0);
        var together = one.Generate(first, request, CancellationToken.None);
        Same(together, three.Generate(second, request, CancellationToken.None));
        Same(
            together,
            [.. request.Prompts.SelectMany(prompt => one.Generate(first, request with { Prompts = [prompt] }, CancellationToken.None))]
        );
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Threads_do_not_change_a_bit_of_gradients_or_steps(string level)
    {
        using var one = Engine(level, 1);
        using var two = Engine(level, 2);
        var batch = Samples.Batch(
            [.. Prompts, [.. Enumerable.Range(2, 40)]],
            [.. Completions, .. Enumerable.Range(0, 20).Select(i => (3, Enumerable.Range(i, 30).ToArray()))]
        );
        foreach (var engine in new[] { one, two })
        {
            engine.ForwardBackward(batch, 0.9, Gradient);
        }

        Compare.Same(one.ExportGradients(), two.ExportGradients());
        Assert.Equal(one.GradientNorm(), two.GradientNorm());
        one.Step(new AdamWStep(1e-3, 0.5, new AdamWSettings()));
        two.Step(new AdamWStep(1e-3, 0.5, new AdamWSettings()));
        using var a = one.Publish(1);
        using var b = two.Publish(1);
        Compare.Same(a.Export(), b.Export());
    }

    public static IEnumerable<object[]> LevelsAndArchitectures() =>
        from level in SimdLevels.Supported
        from architecture in TinyModel.Architectures
        select new object[] { level.ToString(), architecture };

    [TorchTheory]
    [MemberData(nameof(LevelsAndArchitectures))]
    public void The_torch_engine_gives_the_same_tokens_logprobs_and_gradients(string level, string architecture)
    {
        var config = TinyModel.Architecture(architecture);
        using var managed = Engine(level, 2, config);
        using var torch = new TorchEngine(config, TinyModel.Weights(config), new EngineSettings());
        using var ours = managed.Publish(0);
        using var theirs = torch.Publish(0);
        var request = TinyModel.Request(6, 5, 0.9, 14, 3, 4);
        var expected = torch.Generate(theirs, request, CancellationToken.None).SelectMany(group => group.Completions).ToArray();
        var actual = managed.Generate(ours, request, CancellationToken.None).SelectMany(group => group.Completions).ToArray();
        Assert.Equal(expected.Select(c => c.TokenIds), actual.Select(c => c.TokenIds));
        Compare.Near([.. expected.Select(c => c.Logprobs)], [.. actual.Select(c => c.Logprobs)], 1e-4);
        var batch = Samples.Batch(Prompts, Completions);
        Compare.Near(torch.Logprobs(theirs, batch, 0.9), managed.Logprobs(ours, batch, 0.9), 1e-4);
        torch.ForwardBackward(batch, 0.9, Gradient);
        managed.ForwardBackward(batch, 0.9, Gradient);
        Compare.Near(torch.ExportGradients(), managed.ExportGradients(), 1e-5);
    }

    [Theory]
    [InlineData("untied")]
    [InlineData("narrow heads with all")]
    public void A_decode_step_allocates_nothing(string architecture)
    {
        using var engine = Engine(SimdLevels.Best.ToString(), 1, TinyModel.Architecture(architecture));
        using var snapshot = (ManagedSnapshot)engine.Publish(0);
        using var memory = new LaneMemory();
        var request = TinyModel.Request(3, 8, 1, 60);
        var lane = new RolloutLane(memory, RolloutLaneTests.Work(snapshot, request, most: 24, logitRows: 24));
        for (int step = 0; step < 20; step++)
        {
            lane.Step(CancellationToken.None);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int step = 0; step < 30; step++)
        {
            Assert.True(lane.Step(CancellationToken.None));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Rows_are_refilled_when_completions_end()
    {
        var config = TinyModel.Config();
        using var engine = Engine(SimdLevels.Best.ToString(), 1);
        using var snapshot = (ManagedSnapshot)engine.Publish(0);
        using var memory = new LaneMemory();
        var request = TinyModel.Request(5, 7, 1, 20, 3, 4, 5, 6, 7, 8);
        var work = RolloutLaneTests.Work(snapshot, request, most: 4, logitRows: 3);
        var lane = new RolloutLane(memory, work);
        while (lane.Step(CancellationToken.None)) { }

        Same(
            engine.Generate(snapshot, request, CancellationToken.None),
            [.. work.Results.Select(completions => new GeneratedGroup(completions))]
        );
    }

    [Fact]
    public void A_team_hands_out_every_item_once_and_passes_exceptions_on()
    {
        using var team = new Team(3);
        for (int round = 0; round < 200; round++)
        {
            int[] counts = new int[17];
            team.Run(counts.Length, (item, _) => Interlocked.Increment(ref counts[item]));
            Assert.All(counts, count => Assert.Equal(1, count));
        }

        Assert.Throws<InvalidOperationException>(() => team.Run(9, (item, _) => throw new InvalidOperationException($"{item}")));
        team.Run(2, (_, _) => { });
    }

    private static ManagedEngine Engine(string level, int threads, DecoderConfig? config = null)
    {
        config ??= TinyModel.Config();
        return new ManagedEngine(config, TinyModel.Weights(config), new EngineSettings { Threads = threads }, Enum.Parse<SimdLevel>(level));
    }

    private static IReadOnlyList<NamedArray> Gradients(ManagedEngine engine, MicroBatch batch)
    {
        engine.ZeroGradients();
        engine.ForwardBackward(batch, 0.9, logprobs => [.. logprobs.Select(row => row.Select((_, t) => 1f / (row.Length + t)).ToArray())]);
        return engine.ExportGradients();
    }

    private static void Same(GeneratedGroup[] expected, GeneratedGroup[] actual)
    {
        foreach (var (e, a) in expected.SelectMany(g => g.Completions).Zip(actual.SelectMany(g => g.Completions)))
        {
            Assert.Equal(e.TokenIds, a.TokenIds);
            Assert.Equal(e.Logprobs, a.Logprobs);
            Assert.Equal(e.FinishReason, a.FinishReason);
        }
    }

    private static float[][] Gradient(float[][] logprobs) =>
        [.. logprobs.Select(row => row.Select((_, t) => 1f / (row.Length + t)).ToArray())];
}
