using Cppo.Model.Decoders;
using Cppo.Model.Weights;

namespace Cppo.Model.Torch;

/// <summary>A Hugging Face parameter and its first row in the tensor that stores it.</summary>
internal sealed record WeightPart(string Name, long[] Shape, long FirstRow);

/// <summary>A tensor that stores one parameter, or several stacked along their first dimension.</summary>
internal sealed record FusedTensor(string Name, long[] Shape, IReadOnlyList<WeightPart> Parts);

/// <summary>
/// Which parameters are stored as one tensor. Query, key and value projections read the same input, as do gate and up: one matrix product
/// instead of three or two. The optimizer works element by element and does not notice; files and gradients are exchanged under the Hugging
/// Face names.
/// </summary>
internal static class FusedLayout
{
    private static readonly (string Fused, string[] Parameters)[] LayerTensors =
    [
        ("input_layernorm.weight", ["input_layernorm.weight"]),
        ("self_attn.qkv_proj.weight", ["self_attn.q_proj.weight", "self_attn.k_proj.weight", "self_attn.v_proj.weight"]),
        ("self_attn.qkv_proj.bias", ["self_attn.q_proj.bias", "self_attn.k_proj.bias", "self_attn.v_proj.bias"]),
        ("self_attn.q_norm.weight", ["self_attn.q_norm.weight"]),
        ("self_attn.k_norm.weight", ["self_attn.k_norm.weight"]),
        ("self_attn.o_proj.weight", ["self_attn.o_proj.weight"]),
        ("self_attn.o_proj.bias", ["self_attn.o_proj.bias"]),
        ("post_attention_layernorm.weight", ["post_attention_layernorm.weight"]),
        ("mlp.gate_up_proj.weight", ["mlp.gate_proj.weight", "mlp.up_proj.weight"]),
        ("mlp.gate_up_proj.bias", ["mlp.gate_proj.bias", "mlp.up_proj.bias"]),
        ("mlp.down_proj.weight", ["mlp.down_proj.weight"]),
        ("mlp.down_proj.bias", ["mlp.down_proj.bias"]),
    ];

    /// <summary>The stored tensors of an architecture, in a fixed order; those that it lacks are left out.</summary>
    internal static IReadOnlyList<FusedTensor> Of(DecoderConfig config)
    {
        var shapes = WeightMap.Expected(config).ToDictionary(expected => expected.Name, expected => expected.Shape);
        var tensors = new List<FusedTensor> { Fuse(WeightMap.Embedding, [WeightMap.Embedding], shapes) };
        for (int layer = 0; layer < config.NumLayers; layer++)
        {
            foreach (
                var (fused, parameters) in LayerTensors.Where(tensor => shapes.ContainsKey(WeightMap.Layer(layer, tensor.Parameters[0])))
            )
            {
                tensors.Add(Fuse(WeightMap.Layer(layer, fused), [.. parameters.Select(p => WeightMap.Layer(layer, p))], shapes));
            }
        }

        tensors.Add(Fuse(WeightMap.FinalNorm, [WeightMap.FinalNorm], shapes));
        if (!config.TieWordEmbeddings)
        {
            tensors.Add(Fuse(WeightMap.Head, [WeightMap.Head], shapes));
        }

        return tensors;
    }

    private static FusedTensor Fuse(string name, string[] parameters, Dictionary<string, long[]> shapes)
    {
        var parts = new List<WeightPart>();
        long rows = 0;
        foreach (string parameter in parameters)
        {
            parts.Add(new WeightPart(parameter, shapes[parameter], rows));
            rows += shapes[parameter][0];
        }

        return new FusedTensor(name, [rows, .. parts[0].Shape[1..]], parts);
    }
}
