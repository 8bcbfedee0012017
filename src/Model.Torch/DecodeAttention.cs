// Letters: Q prompts, G completions of each, N = Q G, P longest prompt, T tokens of the completions with the newest, H query heads, K key
// and value heads, R = H / K, C width of a head.
using Cppo.Model.Decoders;
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>
/// The newest token of each completion against the cache. A group's queries meet their prompt's keys in one matrix product, because
/// the prompt is stored once; only the completion's own keys are its own. One softmax runs over both.
/// </summary>
internal sealed class DecodeAttention(DecoderConfig config, KvCache cache) : IAttentionPattern
{
    /// <inheritdoc/>
    public Tensor Attend(int layer, Tensor q_NHC, Tensor k_NKC, Tensor v_NKC)
    {
        int prompts = cache.NumPrompts,
            group = cache.GroupSize,
            keyHeads = config.NumKeyValueHeads;
        int perKeyHead = config.NumHeads / keyHeads,
            width = config.HeadSize;
        var (promptKeys_QKPC, promptValues_QKPC) = cache.Prompts(layer);
        var (ownKeys_QKGTC, ownValues_QKGTC) = cache.Append(layer, k_NKC, v_NKC);
        long promptLength = promptKeys_QKPC.shape[2],
            ownLength = ownKeys_QKGTC.shape[3];

        var q_QKGRC = q_NHC.Times(1 / Math.Sqrt(width)).view(prompts, group, keyHeads, perKeyHead, width).transpose(1, 2).contiguous();
        var promptScores = q_QKGRC
            .view(prompts, keyHeads, group * perKeyHead, width)
            .matmul(promptKeys_QKPC.transpose(2, 3))
            .Plus(cache.PromptMask_Q11P);
        var ownScores = q_QKGRC.matmul(ownKeys_QKGTC.transpose(3, 4));
        var shares_QKGRL = cat([promptScores.view(prompts, keyHeads, group, perKeyHead, promptLength), ownScores], -1)
            .softmax(-1, ScalarType.Float32)
            .to(q_NHC.dtype);

        var promptShares = shares_QKGRL.narrow(4, 0, promptLength).reshape(prompts, keyHeads, group * perKeyHead, promptLength);
        var context_QKGRC = promptShares
            .matmul(promptValues_QKPC)
            .view(prompts, keyHeads, group, perKeyHead, width)
            .Plus(shares_QKGRL.narrow(4, promptLength, ownLength).matmul(ownValues_QKGTC));
        return context_QKGRC.transpose(1, 2).reshape(prompts * group, config.NumHeads * width);
    }
}
