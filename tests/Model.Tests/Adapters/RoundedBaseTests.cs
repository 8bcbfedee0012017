using Cppo.Model.Engine;
using Cppo.Model.Managed;
using Cppo.Model.Tests.Engine;
using Cppo.Model.Weights;

namespace Cppo.Model.Tests.Adapters;

/// <summary>An adapter on a base in bf16 computes what it does on a base in fp32 whose numbers are those of the bf16.</summary>
public sealed class RoundedBaseTests
{
    [Theory]
    [InlineData("untied", 1, false)]
    [InlineData("scaled angles", 3, false)]
    [InlineData("biases everywhere", 2, true)]
    [InlineData("wide heads with norms", 2, true)]
    public void Logprobs_and_gradients_are_those_on_rounded_weights(string architecture, int threads, bool recompute)
    {
        var config = TinyModel.Architecture(architecture);
        var adapter = TinyAdapter.Create(config, TinyAdapter.All);
        var weights = TinyModel.Weights(config);
        var settings = new EngineSettings { Threads = threads, RecomputeActivations = recompute };
        NamedArray[] rounded = [.. weights.Select(Rounded)];
        using var half = new ManagedEngine(config, weights, settings with { BasePrecision = WeightPrecision.BFloat16 }, adapter);
        using var whole = new ManagedEngine(config, rounded, settings, adapter);
        var batch = TinyAdapter.Batch();
        for (int step = 0; step < 2; step++)
        {
            float[][]? ofHalf = null,
                ofWhole = null;
            half.ForwardBackward(batch, 1, logprobs => TinyAdapter.Gradient(ofHalf = logprobs));
            whole.ForwardBackward(batch, 1, logprobs => TinyAdapter.Gradient(ofWhole = logprobs));
            Assert.Equal(ofWhole, ofHalf);
            Assert.Equal(
                whole.ExportGradients().SelectMany(gradient => gradient.Values),
                half.ExportGradients().SelectMany(gradient => gradient.Values)
            );
            half.Step(new AdamWStep(1e-2, 1, new AdamWSettings()));
            whole.Step(new AdamWStep(1e-2, 1, new AdamWSettings()));
        }

        Assert.Equal(whole.HashWeights(), half.HashWeights());
        using var reference = half.PublishBase(0);
        using var expected = whole.PublishBase(0);
        Assert.Equal(whole.Logprobs(expected, batch, 1), half.Logprobs(reference, batch, 1));
        Assert.Equal(WeightsHash.Of(rounded), WeightsHash.Of(reference.Streams()));
    }

    private static NamedArray Rounded(NamedArray array) =>
        array.Shape.Length == 1
            ? array
            : array with
            {
                Values = [.. array.Values.Select(value => BitConverter.UInt32BitsToSingle((uint)BFloat16.Round(value) << 16))],
            };
}
