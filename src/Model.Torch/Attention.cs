// Letters: N tokens, D hidden, H query heads, K key and value heads, C width of a head, E = (H + 2K) C.
using Cppo.Model.Engine;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Cppo.Model.Torch;

/// <summary>
/// Which tokens see which. Linear layers work on plain rows of tokens; only this knows sequences. <see cref="PackedAttention"/> serves training and
/// prompts, <see cref="DecodeAttention"/> one new token per completion against a cache.
/// </summary>
internal interface IAttentionPattern
{
    /// <summary>Softmax(q k / sqrt(C)) v over the tokens that each token sees: [N, H, C], [N, K, C], [N, K, C] to [N, H * C].</summary>
    Tensor Attend(int layer, Tensor q_NHC, Tensor k_NKC, Tensor v_NKC);
}

/// <summary>Grouped-query self-attention: H / K query heads share a key and value head; biases on q, k and v only.</summary>
internal static class Attention
{
    /// <summary>[N, D] to [N, D].</summary>
    internal static Tensor Forward(int layer, DecoderConfig config, BlockWeights weights, Tensor x_ND, RotaryRows rotary, IAttentionPattern pattern)
    {
        int queryHeads = config.NumHeads, keyHeads = config.NumKeyValueHeads;
        var qkv_NEC = functional.linear(x_ND, weights.Qkv_ED, weights.QkvBias_E).view(-1, queryHeads + (2 * keyHeads), config.HeadSize);
        var rotated_NEC = rotary.Apply(qkv_NEC.narrow(1, 0, queryHeads + keyHeads));
        var context_ND = pattern.Attend(
            layer,
            rotated_NEC.narrow(1, 0, queryHeads),
            rotated_NEC.narrow(1, queryHeads, keyHeads),
            qkv_NEC.narrow(1, queryHeads + keyHeads, keyHeads));
        return functional.linear(context_ND, weights.Output_DD);
    }
}
