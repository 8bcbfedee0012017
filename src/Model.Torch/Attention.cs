// Letters: N tokens, D hidden, H query heads, K key and value heads, C width of a head, I = H C, E = (H + 2K) C.
using Cppo.Model.Decoders;
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>
/// Which tokens see which. Linear layers work on plain rows of tokens; only this knows sequences. <see cref="PackedAttention"/> serves
/// training and prompts, <see cref="DecodeAttention"/> one new token per completion against a cache.
/// </summary>
internal interface IAttentionPattern
{
    /// <summary>Softmax(q k / sqrt(C)) v over the tokens that each token sees: [N, H, C], [N, K, C], [N, K, C] to [N, H * C].</summary>
    Tensor Attend(int layer, Tensor q_NHC, Tensor k_NKC, Tensor v_NKC);
}

/// <summary>Grouped-query self-attention: H / K query heads share a key and value head.</summary>
internal static class Attention
{
    /// <summary>[N, D] to [N, D].</summary>
    internal static Tensor Forward(
        int layer,
        DecoderConfig config,
        BlockWeights weights,
        Tensor x_ND,
        RotaryRows rotary,
        IAttentionPattern pattern
    )
    {
        int queryHeads = config.NumHeads,
            keyHeads = config.NumKeyValueHeads;
        var qkv_NEC = LowRankTerm
            .Linear(x_ND, weights.Qkv_ED, weights.QkvBias_E, weights.Adapter?.Qkv)
            .view(-1, queryHeads + (2 * keyHeads), config.HeadSize);
        var rotated_NEC = rotary.Apply(Normalized(config, weights, qkv_NEC.narrow(1, 0, queryHeads + keyHeads)));
        var context_NI = pattern.Attend(
            layer,
            rotated_NEC.narrow(1, 0, queryHeads),
            rotated_NEC.narrow(1, queryHeads, keyHeads),
            qkv_NEC.narrow(1, queryHeads + keyHeads, keyHeads)
        );
        return LowRankTerm.Linear(context_NI, weights.Output_DI, weights.OutputBias_D, weights.Adapter?.Output);
    }

    /// <summary>Query and key heads after their norms, where the architecture has them; shape [N, H + K, C] kept.</summary>
    private static Tensor Normalized(DecoderConfig config, BlockWeights weights, Tensor heads_NHC)
    {
        if (weights.QueryNorm_C is not { } query_C || weights.KeyNorm_C is not { } key_C)
        {
            return heads_NHC;
        }

        return cat(
            [
                RmsNorm.Forward(heads_NHC.narrow(1, 0, config.NumHeads), query_C, config.RmsNormEpsilon),
                RmsNorm.Forward(heads_NHC.narrow(1, config.NumHeads, config.NumKeyValueHeads), key_C, config.RmsNormEpsilon),
            ],
            1
        );
    }
}
