using Cppo.Model.Adapters;
using Cppo.Model.Decoders;
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>
/// Which arrays of an adapter are stored as one tensor: the A of modules that read the same input, stacked; each B is one of its own.
/// </summary>
internal sealed class AdapterTensors
{
    private readonly AdapterSettings settings;
    private readonly Dictionary<(int Layer, string Name), AdapterModule> modules;

    internal AdapterTensors(DecoderConfig config, AdapterSettings settings)
    {
        this.settings = settings;
        Expected = new AdapterShape(config, settings).Expected;
        modules = new AdapterShape(config, settings with { TargetModules = AdapterModules.Names }).Modules.ToDictionary(module =>
            (module.Layer, module.Name)
        );
        Layout =
        [
            .. from layer in Enumerable.Range(0, config.NumLayers)
            from product in AdapterModules.Products
            from tensor in Of(Targets(layer, product))
            select tensor,
        ];
    }

    /// <summary>The adapter's arrays, in the order of its files.</summary>
    internal IReadOnlyList<(string Name, long[] Shape)> Expected { get; }

    /// <summary>The stored tensors.</summary>
    internal IReadOnlyList<FusedTensor> Layout { get; }

    /// <summary>A base with the adapter whose tensors, in the order of <see cref="Layout"/>, are given.</summary>
    internal DecoderWeights On(DecoderWeights weights, IReadOnlyList<Tensor> stored)
    {
        var byName = Layout.Zip(stored).ToDictionary(pair => pair.First.Name, pair => pair.Second);
        return weights with
        {
            Blocks =
            [
                .. weights.Blocks.Select(
                    (block, layer) =>
                    {
                        var terms = AdapterModules.Products.Select(product => Term(layer, product, byName)).ToArray();
                        return block with { Adapter = new BlockAdapter(terms[0], terms[1], terms[2], terms[3]) };
                    }
                ),
            ],
        };
    }

    private AdapterModule[] Targets(int layer, IReadOnlyList<string> product) =>
        [.. product.Where(settings.TargetModules.Contains).Select(name => modules[(layer, name)])];

    private IEnumerable<FusedTensor> Of(AdapterModule[] targets)
    {
        int rank = settings.Rank;
        if (targets.Length == 0)
        {
            yield break;
        }

        yield return new FusedTensor(
            targets[0].A,
            [(long)targets.Length * rank, targets[0].Inputs],
            [.. targets.Select((module, i) => new WeightPart(module.A, [rank, module.Inputs], (long)i * rank))]
        );
        foreach (var module in targets)
        {
            long[] shape = [module.Outputs, rank];
            yield return new FusedTensor(module.B, shape, [new WeightPart(module.B, shape, FirstRow: 0)]);
        }
    }

    private LowRankTerm? Term(int layer, IReadOnlyList<string> product, Dictionary<string, Tensor> byName)
    {
        var targets = Targets(layer, product);
        return targets.Length == 0
            ? null
            : new LowRankTerm(
                byName[targets[0].A],
                [
                    .. product
                        .Select(name => modules[(layer, name)])
                        .Select(module => new LowRankPart(targets.Contains(module) ? byName[module.B] : null, module.Outputs)),
                ],
                settings.Scale
            );
    }
}
