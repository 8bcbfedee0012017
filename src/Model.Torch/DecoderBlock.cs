// Letters: N tokens, D hidden.
using Cppo.Model.Decoders;
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>One layer: x + attention(norm(x)), then x + mlp(norm(x)).</summary>
internal static class DecoderBlock
{
    /// <summary>[N, D] to [N, D]; what lies between is freed, or kept by the graph alone where gradients are on.</summary>
    internal static Tensor Forward(
        int layer,
        DecoderConfig config,
        BlockWeights weights,
        Tensor x_ND,
        RotaryRows rotary,
        IAttentionPattern pattern
    )
    {
        using var scope = NewDisposeScope();
        x_ND = x_ND.Plus(
            Attention.Forward(layer, config, weights, RmsNorm.Forward(x_ND, weights.InputNorm_D, config.RmsNormEpsilon), rotary, pattern)
        );
        x_ND = x_ND.Plus(SwiGluMlp.Forward(weights, RmsNorm.Forward(x_ND, weights.PostAttentionNorm_D, config.RmsNormEpsilon)));
        return x_ND.MoveToOuterDisposeScope();
    }
}
