using Cppo.Model.Engine;
using Cppo.Model.Managed;
using Cppo.Model.Tests.Weights;
using Cppo.Model.Weights;
using Cppo.Stages;

namespace Cppo.Model.Tests.Managed;

/// <summary>A reference model that is held in bf16.</summary>
public sealed class ReferencePrecisionTests
{
    private static readonly MicroBatch Batch = new(
        0,
        0,
        [
            [1, 2, 3, 4, 5],
            [1, 2, 6],
        ],
        [
            new TrainingSample(0, 0, 0, [5, 4, 3, 2, 1, 6], new float[6], 1.0, 1.0),
            new TrainingSample(1, 1, 0, [2, 2, 7], new float[3], -1.0, 1.0),
        ],
        64,
        17
    );

    public static TheoryData<bool> Ties => [true, false];

    [Theory]
    [MemberData(nameof(Ties))]
    public void Its_logprobs_are_those_of_the_weights_rounded_to_bf16(bool tied)
    {
        var config = SmallDecoder.Config with { TieWordEmbeddings = tied };
        var weights = RandomWeights.Create(config, 5);
        NamedArray[] rounded = [.. weights.Select(Rounded)];
        using var engine = new ManagedEngine(config, weights, Settings(WeightPrecision.BFloat16));
        using var exact = new ManagedEngine(config, rounded, Settings(WeightPrecision.Float32));
        using var reference = ((ITrainableEngine)engine).ImportReference(weights.Select(WeightStream.Of), 0);
        using var expected = exact.Publish(0);
        Assert.Equal(exact.Logprobs(expected, Batch, 0.8), engine.Logprobs(reference, Batch, 0.8));
        Assert.Equal(WeightsHash.Of(rounded), WeightsHash.Of(reference.Streams()));
    }

    [Fact]
    public void It_is_read_from_a_directory_piece_by_piece()
    {
        using var directory = new TemporaryDirectory();
        var weights = RandomWeights.Create(SmallDecoder.Config, 5);
        HfModelDirectory.Write(directory.Path, SmallDecoder.Config, weights, WeightType.F32);
        using var engine = new ManagedEngine(SmallDecoder.Config, weights, Settings(WeightPrecision.BFloat16));
        using var reference = engine.LoadSnapshot(directory.Path, 0);
        Assert.Equal(WeightsHash.Of(weights.Select(Rounded)), WeightsHash.Of(reference.Export()));
    }

    private static EngineSettings Settings(WeightPrecision reference) => new() { Threads = 2, ReferencePrecision = reference };

    /// <summary>Matrices are rounded, norms and biases are not.</summary>
    private static NamedArray Rounded(NamedArray array) =>
        array.Shape.Length == 1
            ? array
            : array with
            {
                Values = [.. array.Values.Select(value => BitConverter.UInt32BitsToSingle((uint)BFloat16.Round(value) << 16))],
            };
}
