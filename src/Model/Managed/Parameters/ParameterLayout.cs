using Cppo.Model.Decoders;
using Cppo.Model.Weights;

namespace Cppo.Model.Managed.Parameters;

/// <summary>A Hugging Face parameter and where it begins in the flat array.</summary>
internal sealed record Parameter(string Name, long[] Shape, nint Offset, nint Length);

/// <summary>
/// Where a layer's tensors begin in the flat array; query, key and value lie together, and so do gate and up. Those that the architecture
/// lacks are <see cref="Absent"/>.
/// </summary>
internal readonly record struct LayerOffsets
{
    internal const nint Absent = -1;

    internal required nint InputNorm { get; init; }
    internal required nint Qkv { get; init; }
    internal required nint QkvBias { get; init; }
    internal required nint QueryNorm { get; init; }
    internal required nint KeyNorm { get; init; }
    internal required nint Output { get; init; }
    internal required nint OutputBias { get; init; }
    internal required nint PostAttentionNorm { get; init; }
    internal required nint GateUp { get; init; }
    internal required nint GateUpBias { get; init; }
    internal required nint Down { get; init; }
    internal required nint DownBias { get; init; }
}

/// <summary>
/// All parameters in one flat array; gradients and moments lie alike, so that the optimizer is one pass. Projections that read the same
/// input are adjacent: one matrix product instead of three or two. Files and gradients are exchanged under the Hugging Face names.
/// </summary>
internal sealed class ParameterLayout
{
    private static readonly string[] LayerOrder =
    [
        "input_layernorm.weight",
        "self_attn.q_proj.weight",
        "self_attn.k_proj.weight",
        "self_attn.v_proj.weight",
        "self_attn.q_proj.bias",
        "self_attn.k_proj.bias",
        "self_attn.v_proj.bias",
        "self_attn.q_norm.weight",
        "self_attn.k_norm.weight",
        "self_attn.o_proj.weight",
        "self_attn.o_proj.bias",
        "post_attention_layernorm.weight",
        "mlp.gate_proj.weight",
        "mlp.up_proj.weight",
        "mlp.gate_proj.bias",
        "mlp.up_proj.bias",
        "mlp.down_proj.weight",
        "mlp.down_proj.bias",
    ];

    internal ParameterLayout(DecoderConfig config)
    {
        var expected = WeightMap.Expected(config);
        var shapes = expected.ToDictionary(parameter => parameter.Name, parameter => parameter.Shape);
        string[] order =
        [
            WeightMap.Embedding,
            .. Enumerable
                .Range(0, config.NumLayers)
                .SelectMany(layer => LayerOrder.Select(name => WeightMap.Layer(layer, name)))
                .Where(shapes.ContainsKey),
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
        Layers =
        [
            .. Enumerable
                .Range(0, config.NumLayers)
                .Select(layer =>
                    Offsets(name =>
                        placed.TryGetValue(WeightMap.Layer(layer, name), out var parameter) ? parameter.Offset : LayerOffsets.Absent
                    )
                ),
        ];
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

    private static LayerOffsets Offsets(Func<string, nint> of) =>
        new()
        {
            InputNorm = of("input_layernorm.weight"),
            Qkv = of("self_attn.q_proj.weight"),
            QkvBias = of("self_attn.q_proj.bias"),
            QueryNorm = of("self_attn.q_norm.weight"),
            KeyNorm = of("self_attn.k_norm.weight"),
            Output = of("self_attn.o_proj.weight"),
            OutputBias = of("self_attn.o_proj.bias"),
            PostAttentionNorm = of("post_attention_layernorm.weight"),
            GateUp = of("mlp.gate_proj.weight"),
            GateUpBias = of("mlp.gate_proj.bias"),
            Down = of("mlp.down_proj.weight"),
            DownBias = of("mlp.down_proj.bias"),
        };
}
