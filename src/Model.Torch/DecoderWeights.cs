// Letters: V vocabulary, D hidden, E all heads of query, key and value together, I those of query, C width of a head, F inner layer of the
// MLP.
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Weights;
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>The tensors of one decoder block, in the compute type; matrices are [out, in]. What the architecture lacks is null.</summary>
internal sealed record BlockWeights
{
    internal required Tensor InputNorm_D { get; init; }
    internal required Tensor Qkv_ED { get; init; }
    internal required Tensor? QkvBias_E { get; init; }
    internal required Tensor? QueryNorm_C { get; init; }
    internal required Tensor? KeyNorm_C { get; init; }
    internal required Tensor Output_DI { get; init; }
    internal required Tensor? OutputBias_D { get; init; }
    internal required Tensor PostAttentionNorm_D { get; init; }
    internal required Tensor GateUp_2FD { get; init; }
    internal required Tensor? GateUpBias_2F { get; init; }
    internal required Tensor Down_DF { get; init; }
    internal required Tensor? DownBias_D { get; init; }

    /// <summary>What an adapter adds to the products; null: there is none.</summary>
    internal BlockAdapter? Adapter { get; init; }
}

/// <summary>All tensors that a forward reads.</summary>
internal sealed record DecoderWeights(DecoderConfig Config, Tensor Embedding_VD, BlockWeights[] Blocks, Tensor FinalNorm_D, Tensor Head_VD)
{
    /// <summary>The number type of the forward.</summary>
    internal ScalarType Type => Embedding_VD.dtype;

    /// <summary>Arranges stored tensors, which are in the order of <see cref="FusedLayout.Of"/>.</summary>
    internal static DecoderWeights From(DecoderConfig config, IReadOnlyList<Tensor> stored)
    {
        var byName = FusedLayout.Of(config).Zip(stored).ToDictionary(pair => pair.First.Name, pair => pair.Second);
        var blocks = Enumerable
            .Range(0, config.NumLayers)
            .Select(layer => Block(name => byName.GetValueOrDefault(WeightMap.Layer(layer, name))))
            .ToArray();
        var embedding = byName[WeightMap.Embedding];
        return new DecoderWeights(
            config,
            embedding,
            blocks,
            byName[WeightMap.FinalNorm],
            config.TieWordEmbeddings ? embedding : byName[WeightMap.Head]
        );
    }

    /// <summary>
    /// Copies weights, given one at a time under their Hugging Face names, into new tensors in the order of <see cref="FusedLayout.Of"/>.
    /// </summary>
    internal static Tensor[] Store(DecoderConfig config, IEnumerable<NamedArray> weights, ScalarType type, Device device) =>
        Store(FusedLayout.Of(config), weights, type, device);

    /// <summary>The same in the order of any layout.</summary>
    internal static Tensor[] Store(IReadOnlyList<FusedTensor> layout, IEnumerable<NamedArray> weights, ScalarType type, Device device)
    {
        var stored = layout.Select(tensor => zeros(tensor.Shape, type, device).DetachFromDisposeScope()).ToArray();
        var missing = layout
            .SelectMany((tensor, index) => tensor.Parts.Select(part => (Part: part, Tensor: stored[index])))
            .ToDictionary(place => place.Part.Name);
        using var noGrad = no_grad();
        foreach (var weight in weights)
        {
            if (!missing.Remove(weight.Name, out var place) || !weight.Shape.SequenceEqual(place.Part.Shape))
            {
                throw new ModelFileException($"The weight '{weight.Name}' [{string.Join(", ", weight.Shape)}] has no place in this model.");
            }

            using var scope = NewDisposeScope();
            place
                .Tensor.narrow(0, place.Part.FirstRow, place.Part.Shape[0])
                .copy_(tensor(weight.Values, weight.Shape, ScalarType.Float32, CPU));
        }

        return missing.Count == 0 ? stored : throw new ModelFileException($"The weight '{missing.Keys.First()}' is missing.");
    }

    /// <summary>
    /// Inverse of <c>Store</c>: fp32 copies on the host under the Hugging Face names, in the order of
    /// <see cref="WeightMap.Expected"/>.
    /// </summary>
    internal static IReadOnlyList<NamedArray> Export(DecoderConfig config, IReadOnlyList<Tensor> stored) =>
        Export(FusedLayout.Of(config), WeightMap.Expected(config), stored);

    /// <summary>The same of any layout, in the order of <paramref name="expected"/>.</summary>
    internal static IReadOnlyList<NamedArray> Export(
        IReadOnlyList<FusedTensor> layout,
        IReadOnlyList<(string Name, long[] Shape)> expected,
        IReadOnlyList<Tensor> stored
    )
    {
        var byName = new Dictionary<string, NamedArray>();
        foreach (var (fused, tensor) in layout.Zip(stored))
        {
            float[] values = HostArrays.Download(tensor);
            long rowSize = values.LongLength / fused.Shape[0];
            foreach (var part in fused.Parts)
            {
                long start = part.FirstRow * rowSize;
                byName[part.Name] = new NamedArray(
                    part.Name,
                    part.Shape,
                    values.AsSpan((int)start, (int)(part.Shape[0] * rowSize)).ToArray()
                );
            }
        }

        return [.. expected.Select(parameter => byName[parameter.Name])];
    }

    private static BlockWeights Block(Func<string, Tensor?> of) =>
        new()
        {
            InputNorm_D = of("input_layernorm.weight")!,
            Qkv_ED = of("self_attn.qkv_proj.weight")!,
            QkvBias_E = of("self_attn.qkv_proj.bias"),
            QueryNorm_C = of("self_attn.q_norm.weight"),
            KeyNorm_C = of("self_attn.k_norm.weight"),
            Output_DI = of("self_attn.o_proj.weight")!,
            OutputBias_D = of("self_attn.o_proj.bias"),
            PostAttentionNorm_D = of("post_attention_layernorm.weight")!,
            GateUp_2FD = of("mlp.gate_up_proj.weight")!,
            GateUpBias_2F = of("mlp.gate_up_proj.bias"),
            Down_DF = of("mlp.down_proj.weight")!,
            DownBias_D = of("mlp.down_proj.bias"),
        };
}
