using Cppo.Model.Decoders;

namespace Cppo.Model.Weights;

/// <summary>The parameters of a decoder under their Hugging Face names, in a fixed order.</summary>
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
        var expected = new List<(string, long[])> { (Embedding, [config.VocabSize, config.HiddenSize]) };
        for (int layer = 0; layer < config.NumLayers; layer++)
        {
            expected.AddRange(OfLayer(config).Select(parameter => (Layer(layer, parameter.Name), parameter.Shape)));
        }

        expected.Add((FinalNorm, [config.HiddenSize]));
        if (!config.TieWordEmbeddings)
        {
            expected.Add((Head, [config.VocabSize, config.HiddenSize]));
        }

        return expected;
    }

    private static List<(string Name, long[] Shape)> OfLayer(DecoderConfig config)
    {
        long hidden = config.HiddenSize,
            inner = config.IntermediateSize,
            head = config.HeadSize;
        long queries = config.NumHeads * head,
            keys = config.NumKeyValueHeads * head;
        var parameters = new List<(string, long[])> { ("input_layernorm.weight", [hidden]) };
        void Projection(string name, long outputs, long inputs, bool hasBias)
        {
            parameters.Add(($"{name}.weight", [outputs, inputs]));
            if (hasBias)
            {
                parameters.Add(($"{name}.bias", [outputs]));
            }
        }

        Projection("self_attn.q_proj", queries, hidden, config.QkvBias);
        Projection("self_attn.k_proj", keys, hidden, config.QkvBias);
        Projection("self_attn.v_proj", keys, hidden, config.QkvBias);
        Projection("self_attn.o_proj", hidden, queries, config.OutputBias);
        if (config.HeadNorms)
        {
            parameters.AddRange([("self_attn.q_norm.weight", [head]), ("self_attn.k_norm.weight", [head])]);
        }

        parameters.Add(("post_attention_layernorm.weight", [hidden]));
        Projection("mlp.gate_proj", inner, hidden, config.MlpBias);
        Projection("mlp.up_proj", inner, hidden, config.MlpBias);
        Projection("mlp.down_proj", hidden, inner, config.MlpBias);
        return parameters;
    }
}
