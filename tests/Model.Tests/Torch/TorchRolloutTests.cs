using Cppo.Model.Tests.Engine;
using Cppo.Model.Torch;
using static TorchSharp.torch;

namespace Cppo.Model.Tests.Torch;

public sealed class TorchRolloutTests
{
    [TorchTheory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(100)]
    public void Completions_do_not_depend_on_how_often_the_host_looks(int tokensPerLook)
    {
        // Prompts of 1 to 11 tokens in a context of 20: the longest end at the context's end, others at stop tokens or the limit.
        var config = TinyModel.Config() with
        {
            MaxPositions = 20,
        };
        var weights = DecoderWeights.From(config, DecoderWeights.Store(config, TinyModel.Weights(config), ScalarType.Float32, CPU));
        var request = TinyModel.Request(12, 3, temperature: 1, maxNewTokens: 18, stops: [5, 17, 33]);
        string Completions(int tokens) =>
            string.Join(
                '\n',
                TorchRollout
                    .Generate(weights, request, 1024, tokens, default)
                    .SelectMany(group => group.Completions)
                    .Select(c =>
                        $"{string.Join(',', c.TokenIds)} {string.Join(',', c.Logprobs.Select(logprob => Math.Round(logprob, 4)))} "
                        + $"{c.FinishReason}"
                    )
            );
        string expected = Completions(1);
        Assert.Contains("Stop", expected, StringComparison.Ordinal);
        Assert.Contains("Length", expected, StringComparison.Ordinal);
        Assert.Equal(expected, Completions(tokensPerLook));
    }
}
