using Cppo.Model.Engine;

namespace Cppo.Model.Weights;

/// <summary>The parameters of a Qwen2 decoder under their Hugging Face names, in a fixed order.</summary>
public static class WeightMap
{
    /// <summary>The embedding, shape [vocabulary, hidden]; also the head's transpose where they are tied.</summary>
    public const string Embedding = "model.embed_tokens.weight";

    /// <summary>The final RMSNorm, shape [hidden].</summary>
    public const string FinalNorm = "model.norm.weight";

    /// <summary>The head, shape [vocabulary, hidden]; absent where it is tied to the embedding.</summary>
    public const string Head = "lm_head.weight";

    /// <summary>The name of a parameter of one layer, e.g. <c>self_attn.q_proj.weight</c>.</summary>
    public static string Layer(int layer, string parameter) => $"model.layers.{layer}.{parameter}";

    /// <summary>Every parameter and its shape; matrices are [out, in].</summary>
    public static IReadOnlyList<(string Name, long[] Shape)> Expected(DecoderConfig config)
    {
        long hidden = config.HiddenSize, inner = config.IntermediateSize;
        long keyValue = (long)config.NumKeyValueHeads * config.HeadSize;
        var expected = new List<(string, long[])> { (Embedding, [config.VocabSize, hidden]) };
        for (int layer = 0; layer < config.NumLayers; layer++)
        {
            expected.AddRange(
            [
                (Layer(layer, "input_layernorm.weight"), [hidden]),
                (Layer(layer, "self_attn.q_proj.weight"), [hidden, hidden]),
                (Layer(layer, "self_attn.q_proj.bias"), [hidden]),
                (Layer(layer, "self_attn.k_proj.weight"), [keyValue, hidden]),
                (Layer(layer, "self_attn.k_proj.bias"), [keyValue]),
                (Layer(layer, "self_attn.v_proj.weight"), [keyValue, hidden]),
                (Layer(layer, "self_attn.v_proj.bias"), [keyValue]),
                (Layer(layer, "self_attn.o_proj.weight"), [hidden, hidden]),
                (Layer(layer, "post_attention_layernorm.weight"), [hidden]),
                (Layer(layer, "mlp.gate_proj.weight"), [inner, hidden]),
                (Layer(layer, "mlp.up_proj.weight"), [inner, hidden]),
                (Layer(layer, "mlp.down_proj.weight"), [hidden, inner]),
            ]);
        }

        expected.Add((FinalNorm, [hidden]));
        if (!config.TieWordEmbeddings)
        {
            expected.Add((Head, [config.VocabSize, hidden]));
        }

        return expected;
    }
}
