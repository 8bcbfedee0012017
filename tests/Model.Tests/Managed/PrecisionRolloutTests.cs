using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Managed;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Parameters;
using Cppo.Model.Managed.Threads;
using Cppo.Model.Tests.Engine;
using Cppo.Model.Weights;

namespace Cppo.Model.Tests.Managed;

/// <summary>Rollouts from weights in bf16 and int8.</summary>
public sealed unsafe class PrecisionRolloutTests
{
    public static TheoryData<string, string> PrecisionsAndArchitectures()
    {
        var data = new TheoryData<string, string>();
        foreach (string precision in new[] { nameof(WeightPrecision.BFloat16), nameof(WeightPrecision.Int8) })
        {
            foreach (string architecture in TinyModel.Architectures)
            {
                data.Add(precision, architecture);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(PrecisionsAndArchitectures))]
    public void Threads_and_modes_change_no_bit_and_logprobs_are_near_the_trainers(string precision, string architecture)
    {
        var config = TinyModel.Architecture(architecture);
        using var own = Engine(config, precision, 1, isShared: false);
        using var ownSnapshot = own.Publish(0);
        var request = TinyModel.Request(5, 6, 1, 20, 3, 4);
        var expected = own.Generate(ownSnapshot, request, CancellationToken.None);
        foreach (var (threads, isShared) in new[] { (2, false), (1, true), (2, true), (3, true) })
        {
            using var other = Engine(config, precision, threads, isShared);
            using var snapshot = other.Publish(0);
            RolloutLaneTests.Same(Completions(expected), Completions(other.Generate(snapshot, request, CancellationToken.None)));
        }

        double[] gaps = RolloutGaps.Of(own, ownSnapshot, request, expected);

        // The logits of these models are some units apart; a precision that was not applied would leave no gap at all.
        Assert.InRange(gaps.Average(), 1e-5, 0.02);
        Assert.InRange(gaps.Max(), 1e-4, 0.15);
    }

    [Theory]
    [InlineData(nameof(WeightPrecision.BFloat16))]
    [InlineData(nameof(WeightPrecision.Int8))]
    public void The_next_policy_version_and_another_snapshot_are_read_in_turns(string precision)
    {
        var config = TinyModel.Config();
        using var engine = Engine(config, precision, 2, isShared: true);
        using var first = engine.Publish(0);
        var request = TinyModel.Request(3, 4, 1, 12);
        var before = engine.Generate(first, request, CancellationToken.None);
        engine.ForwardBackward(
            Samples.Batch(
                [
                    [3, 4, 5],
                ],
                [(0, [6, 7, 8])]
            ),
            1,
            logprobs =>
                [
                    [1, 1, 1],
                ]
        );
        engine.Step(new AdamWStep(0.05, 1, new AdamWSettings()));
        using var second = engine.Publish(1);
        var after = engine.Generate(second, request, CancellationToken.None);
        Assert.NotEqual(Completions(before)[0][0].Logprobs, Completions(after)[0][0].Logprobs);
        using var fresh = new ManagedEngine(config, second.Export(), Settings(precision, 1, isShared: false));
        using var same = fresh.Publish(5);
        RolloutLaneTests.Same(Completions(fresh.Generate(same, request, CancellationToken.None)), Completions(after));
        RolloutLaneTests.Same(Completions(before), Completions(engine.Generate(first, request, CancellationToken.None)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Embeddings_are_those_of_the_weights_in_the_precision_and_bytes_are_counted(bool tied)
    {
        var config = TinyModel.Config(tied) with { HiddenSize = 64 };
        using var engine = Engine(config, nameof(WeightPrecision.Float32), 1, isShared: false);
        using var snapshot = (ManagedSnapshot)engine.Publish(0);
        using var team = new Team(1);
        float[] all = snapshot.Export().Single(weight => weight.Name == "model.embed_tokens.weight").Values;
        var shape = snapshot.Weights.Shape;
        using var exact = new RolloutWeights(snapshot.Weights);
        using var rounded = new RolloutWeights(shape, WeightPrecision.BFloat16);
        using var whole = new RolloutWeights(shape, WeightPrecision.Int8);
        rounded.Pack(snapshot.Weights, team);
        whole.Pack(snapshot.Weights, team);
        float[] row = new float[64];
        foreach (int token in new[] { 0, 31, 32, 59 })
        {
            float[] expected = all[(token * 64)..((token + 1) * 64)];
            fixed (float* into = row)
            {
                exact.Embed(token, into);
                Assert.Equal(expected, row);
                rounded.Embed(token, into);
                Assert.Equal(expected.Select(x => BitConverter.UInt32BitsToSingle((uint)BFloat16.Round(x) << 16)), row);
                whole.Embed(token, into);
                Assert.All(expected.Zip(row), pair => Assert.Equal(pair.First, pair.Second, expected.Max(Math.Abs) / 250));
            }
        }

        Assert.Equal(0, RolloutWeights.Bytes(shape, WeightPrecision.Float32));
        long numbers = shape.WeightFloats + (tied ? 0 : all.Length);
        Assert.InRange((double)RolloutWeights.Bytes(shape, WeightPrecision.BFloat16), 2.0 * numbers, 2.5 * numbers);
    }

    private static GeneratedCompletion[][] Completions(GeneratedGroup[] groups) => [.. groups.Select(group => group.Completions)];

    private static EngineSettings Settings(string precision, int threads, bool isShared) =>
        new()
        {
            Threads = threads,
            MaxFloatsOfOwnLanes = isShared ? 0 : long.MaxValue,
            RolloutPrecision = Enum.Parse<WeightPrecision>(precision),
        };

    private static ManagedEngine Engine(DecoderConfig config, string precision, int threads, bool isShared) =>
        new(config, TinyModel.Weights(config), Settings(precision, threads, isShared), SimdLevels.Best);
}
