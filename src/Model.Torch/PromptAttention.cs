using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>Runs prompts, padded to one rectangle, and leaves their keys and values in the cache.</summary>
internal sealed class PromptAttention(AttentionBucket prompts, Tensor places_N, KvCache cache) : IAttentionPattern
{
    /// <inheritdoc/>
    public Tensor Attend(int layer, Tensor q_NHC, Tensor k_NKC, Tensor v_NKC)
    {
        var (k_QKPC, v_QKPC) = (prompts.Keys(k_NKC), prompts.Keys(v_NKC));
        cache.StorePrompts(layer, k_QKPC, v_QKPC);
        return prompts.Attend(q_NHC, k_QKPC, v_QKPC).index_select(0, places_N);
    }
}
