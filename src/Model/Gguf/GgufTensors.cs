using Cppo.Model.Decoders;
using Cppo.Model.Weights;

namespace Cppo.Model.Gguf;

/// <summary>Which tensors the file of an architecture has.</summary>
internal static class GgufTensors
{
    private static readonly Dictionary<string, string> NameInLayer = new()
    {
        ["input_layernorm"] = "attn_norm",
        ["self_attn.q_proj"] = "attn_q",
        ["self_attn.k_proj"] = "attn_k",
        ["self_attn.v_proj"] = "attn_v",
        ["self_attn.o_proj"] = "attn_output",
        ["self_attn.q_norm"] = "attn_q_norm",
        ["self_attn.k_norm"] = "attn_k_norm",
        ["post_attention_layernorm"] = "ffn_norm",
        ["mlp.gate_proj"] = "ffn_gate",
        ["mlp.up_proj"] = "ffn_up",
        ["mlp.down_proj"] = "ffn_down",
    };

    /// <summary>
    /// All of them. Matrices are of a type, and where q8_0's blocks do not fill their rows, of 16 bits; vectors stay fp32. A head that is
    /// tied to the embedding is left out.
    /// </summary>
    internal static IReadOnlyList<GgufTensor> Of(DecoderConfig config, GgufType type)
    {
        var tensors = new List<GgufTensor>();
        if (config.RopeScaling is not null)
        {
            float[] factors = RopeFactors(config);
            tensors.Add(new GgufTensor("rope_freqs.weight", "", [factors.Length], GgufType.F32) { Values = factors });
        }

        foreach (var (name, shape) in WeightMap.Expected(config))
        {
            bool isMatrix = shape.Length > 1;
            var stored =
                !isMatrix ? GgufType.F32
                : type == GgufType.Q8 && shape[^1] % GgufTypes.BlockLength != 0 ? GgufType.F16
                : type;
            tensors.Add(new GgufTensor(NameOf(name), name, shape, stored, IsTurned(config, name) ? config.HeadSize : 0));
        }

        return tensors;
    }

    /// <summary>
    /// llama.cpp turns neighbours in a head of its architecture llama, and halves, as Hugging Face's models do, in those of Qwen.
    /// </summary>
    private static bool IsTurned(DecoderConfig config, string name) =>
        config.Family.ModelType == "llama"
        && (name.Contains(".self_attn.q_proj.", StringComparison.Ordinal) || name.Contains(".self_attn.k_proj.", StringComparison.Ordinal));

    private static string NameOf(string parameter)
    {
        switch (parameter)
        {
            case WeightMap.Embedding:
                return "token_embd.weight";
            case WeightMap.FinalNorm:
                return "output_norm.weight";
            case WeightMap.Head:
                return "output.weight";
        }

        // model.layers.N.PART.weight or .bias
        string[] words = parameter.Split('.');
        string part = string.Join('.', words[3..^1]);
        return $"blk.{words[2]}.{NameInLayer[part]}.{words[^1]}";
    }

    /// <summary>What each frequency is divided by: 1 where it stays, more where it is stretched.</summary>
    private static float[] RopeFactors(DecoderConfig config)
    {
        float[] scaled = RotaryFrequencies.Of(config),
            plain = RotaryFrequencies.Of(config with { RopeScaling = null });
        return [.. plain.Zip(scaled, (before, after) => before / after)];
    }
}
