// Letters: R ranks of all modules of a product together, I inputs, O outputs of a module, r rank.
using Cppo.Model.Adapters;
using Cppo.Model.Decoders;

namespace Cppo.Model.Managed.Adapters;

/// <summary>The matrix products of a layer, each of one or several modules that read the same input.</summary>
internal enum LayerProduct
{
    /// <summary>Queries, keys and values.</summary>
    Qkv,

    /// <summary>What follows attention.</summary>
    Output,

    /// <summary>Gate and up.</summary>
    GateUp,

    /// <summary>What follows the SwiGLU.</summary>
    Down,
}

/// <summary>A target module within a product.</summary>
/// <param name="Module">Its names and sizes.</param>
/// <param name="FirstRank">Its first row of the product's A.</param>
/// <param name="FirstColumn">Its first column of the product's outputs.</param>
/// <param name="B">Where its B lies in the flat array, transposed: [r, O].</param>
internal sealed record AdapterPart(AdapterModule Module, int FirstRank, int FirstColumn, nint B);

/// <summary>The target modules of a product of a layer; none where <see cref="Parts"/> is empty.</summary>
/// <param name="A">Where the A of all parts, [R, I], lies in the flat array.</param>
/// <param name="Inputs">I.</param>
/// <param name="Outputs">Columns of the whole product.</param>
/// <param name="Ranks">R.</param>
/// <param name="Parts">In the order of their columns.</param>
internal sealed record AdapterFactors(nint A, int Inputs, int Outputs, int Ranks, IReadOnlyList<AdapterPart> Parts);

/// <summary>
/// All numbers of an adapter in one flat array; gradients and moments lie alike. The A of modules that read the same input lie together,
/// and each B is transposed, so that the gradients of both are sums over rows of [rank] times [width].
/// </summary>
internal sealed class AdapterLayout
{
    internal AdapterLayout(DecoderConfig config, AdapterSettings settings)
    {
        Shape = new AdapterShape(config, settings);
        var all = new AdapterShape(config, settings with { TargetModules = AdapterModules.Names }).Modules.ToDictionary(module =>
            (module.Layer, module.Name)
        );
        Layers =
        [
            .. Enumerable
                .Range(0, config.NumLayers)
                .Select(layer =>
                    AdapterModules.Products.Select(names => Place([.. names.Select(name => all[(layer, name)])], settings)).ToArray()
                ),
        ];
    }

    internal AdapterShape Shape { get; }

    /// <summary>For each layer its products, by <see cref="LayerProduct"/>.</summary>
    internal IReadOnlyList<IReadOnlyList<AdapterFactors>> Layers { get; }

    /// <summary>Numbers of the flat array.</summary>
    internal nint Length { get; private set; }

    private AdapterFactors Place(AdapterModule[] modules, AdapterSettings settings)
    {
        int rank = settings.Rank,
            inputs = modules[0].Inputs;
        var targets = modules.Where(module => settings.TargetModules.Contains(module.Name)).ToArray();
        nint a = Take((nint)targets.Length * rank * inputs);
        var parts = new List<AdapterPart>();
        int column = 0;
        foreach (var module in modules)
        {
            if (targets.Contains(module))
            {
                parts.Add(new AdapterPart(module, parts.Count * rank, column, Take((nint)rank * module.Outputs)));
            }

            column += module.Outputs;
        }

        return new AdapterFactors(a, inputs, column, targets.Length * rank, parts);
    }

    private nint Take(nint length)
    {
        nint at = Length;
        Length += length;
        return at;
    }
}
