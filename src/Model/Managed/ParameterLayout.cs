using Cppo.Model.Engine;
using Cppo.Model.Weights;

namespace Cppo.Model.Managed;

/// <summary>A Hugging Face parameter and where it begins in the flat array.</summary>
internal sealed record Parameter(string Name, long[] Shape, nint Offset, nint Length);

/// <summary>Where a layer's tensors begin in the flat array; query, key and value lie together, and so do gate and up.</summary>
internal readonly record struct LayerOffsets(nint InputNorm, nint Qkv, nint QkvBias, nint Output, nint PostAttentionNorm, nint GateUp, nint Down);

/// <summary>
/// All parameters in one flat array; gradients and moments lie alike, so that the optimizer is one pass. Projections that read the same input are adjacent: one
/// matrix product instead of three or two. Files and gradients are exchanged under the Hugging Face names.
/// </summary>
internal sealed class ParameterLayout
{
    private static readonly string[] LayerOrder =
    [
        "input_layernorm.weight",
        "self_attn.q_proj.weight", "self_attn.k_proj.weight", "self_attn.v_proj.weight",
        "self_attn.q_proj.bias", "self_attn.k_proj.bias", "self_attn.v_proj.bias",
        "self_attn.o_proj.weight",
        "post_attention_layernorm.weight",
        "mlp.gate_proj.weight", "mlp.up_proj.weight",
        "mlp.down_proj.weight",
    ];

    internal ParameterLayout(DecoderConfig config)
    {
        var expected = WeightMap.Expected(config);
        var shapes = expected.ToDictionary(parameter => parameter.Name, parameter => parameter.Shape);
        string[] order =
        [
            WeightMap.Embedding,
            .. Enumerable.Range(0, config.NumLayers).SelectMany(layer => LayerOrder.Select(name => WeightMap.Layer(layer, name))),
            .. expected.Select(parameter => parameter.Name).Where(name => name is WeightMap.FinalNorm or WeightMap.Head),
        ];
        var placed = new Dictionary<string, Parameter>();
        foreach (string name in order)
        {
            nint length = (nint)shapes[name].Aggregate(1L, (product, size) => product * size);
            placed[name] = new Parameter(name, shapes[name], Length, length);
            Length += length;
        }

        Parameters = [.. expected.Select(parameter => placed[parameter.Name])];
        nint At(int layer, int tensor) => placed[WeightMap.Layer(layer, LayerOrder[tensor])].Offset;
        Layers = [.. Enumerable.Range(0, config.NumLayers).Select(layer =>
            new LayerOffsets(At(layer, 0), At(layer, 1), At(layer, 4), At(layer, 7), At(layer, 8), At(layer, 9), At(layer, 11)))];
        FinalNorm = placed[WeightMap.FinalNorm].Offset;
        Head = config.TieWordEmbeddings ? 0 : placed[WeightMap.Head].Offset;
    }

    /// <summary>In the order of <see cref="WeightMap.Expected"/>.</summary>
    internal IReadOnlyList<Parameter> Parameters { get; }

    internal IReadOnlyList<LayerOffsets> Layers { get; }

    /// <summary>Where the final norm begins.</summary>
    internal nint FinalNorm { get; }

    /// <summary>Where the head begins: at the embedding, 0, where the two are tied.</summary>
    internal nint Head { get; }

    /// <summary>Floats of the flat array.</summary>
    internal nint Length { get; }
}
