// Letters: N tokens, M tokens whose successor is wanted, D hidden.
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>
/// The decoder over plain rows of tokens: training, prompts and decoding differ only in the attention pattern that they pass.
/// </summary>
internal static class Decoder
{
    /// <summary>Token ids [N] to their embeddings [N, D].</summary>
    internal static Tensor Embed(DecoderWeights weights, Tensor ids_N) => weights.Embedding_VD.index_select(0, ids_N);

    /// <summary>All blocks, [N, D] to [N, D].</summary>
    internal static Tensor Blocks(DecoderWeights weights, Tensor x_ND, RotaryRows rotary, IAttentionPattern pattern)
    {
        for (int layer = 0; layer < weights.Blocks.Length; layer++)
        {
            var next_ND = DecoderBlock.Forward(layer, weights.Config, weights.Blocks[layer], x_ND, rotary, pattern);
            if (layer > 0)
            {
                x_ND.Dispose();
            }

            x_ND = next_ND;
        }

        return x_ND;
    }

    /// <summary>The final norm; its rows times the head are logits.</summary>
    internal static Tensor FinalNorm(DecoderWeights weights, Tensor x_MD) =>
        RmsNorm.Forward(x_MD, weights.FinalNorm_D, weights.Config.RmsNormEpsilon);
}
