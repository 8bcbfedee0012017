// Letters: V vocabulary, D hidden, E all heads of query, key and value together, F inner layer of the MLP.
using Cppo.Model.Engine;
using Cppo.Model.Weights;
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>The tensors of one decoder block, in the compute type; matrices are [out, in].</summary>
internal sealed record BlockWeights(
    Tensor InputNorm_D, Tensor Qkv_ED, Tensor QkvBias_E, Tensor Output_DD, Tensor PostAttentionNorm_D, Tensor GateUp_2FD, Tensor Down_DF);

/// <summary>All tensors that a forward reads.</summary>
internal sealed record DecoderWeights(DecoderConfig Config, Tensor Embedding_VD, BlockWeights[] Blocks, Tensor FinalNorm_D, Tensor Head_VD)
{
    /// <summary>The number type of the forward.</summary>
    internal ScalarType Type => Embedding_VD.dtype;

    /// <summary>Arranges stored tensors, which are in the order of <see cref="FusedLayout.Of"/>.</summary>
    internal static DecoderWeights From(DecoderConfig config, IReadOnlyList<Tensor> stored)
    {
        const int perBlock = 7;
        var blocks = new BlockWeights[config.NumLayers];
        for (int i = 0; i < blocks.Length; i++)
        {
            int first = 1 + (i * perBlock);
            blocks[i] = new BlockWeights(
                stored[first], stored[first + 1], stored[first + 2], stored[first + 3], stored[first + 4], stored[first + 5], stored[first + 6]);
        }

        int norm = 1 + (blocks.Length * perBlock);
        return new DecoderWeights(config, stored[0], blocks, stored[norm], stored[config.TieWordEmbeddings ? 0 : norm + 1]);
    }

    /// <summary>Copies weights, given one at a time under their Hugging Face names, into new tensors in the order of <see cref="FusedLayout.Of"/>.</summary>
    internal static Tensor[] Store(DecoderConfig config, IEnumerable<NamedArray> weights, ScalarType type, Device device)
    {
        var layout = FusedLayout.Of(config);
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
            place.Tensor.narrow(0, place.Part.FirstRow, place.Part.Shape[0]).copy_(tensor(weight.Values, weight.Shape, ScalarType.Float32, CPU));
        }

        return missing.Count == 0 ? stored : throw new ModelFileException($"The weight '{missing.Keys.First()}' is missing.");
    }

    /// <summary>Inverse of <see cref="Store"/>: fp32 copies on the host under the Hugging Face names, in the order of <see cref="WeightMap.Expected"/>.</summary>
    internal static IReadOnlyList<NamedArray> Export(DecoderConfig config, IReadOnlyList<Tensor> stored)
    {
        var byName = new Dictionary<string, NamedArray>();
        foreach (var (layout, tensor) in FusedLayout.Of(config).Zip(stored))
        {
            float[] values = HostArrays.Download(tensor);
            long rowSize = values.LongLength / layout.Shape[0];
            foreach (var part in layout.Parts)
            {
                long start = part.FirstRow * rowSize;
                byName[part.Name] = new NamedArray(part.Name, part.Shape, values.AsSpan((int)start, (int)(part.Shape[0] * rowSize)).ToArray());
            }
        }

        return [.. WeightMap.Expected(config).Select(expected => byName[expected.Name])];
    }
}
