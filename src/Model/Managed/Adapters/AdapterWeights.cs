// Letters: R ranks of all modules of a product together, I inputs, O outputs of a module, r rank.
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Managed.Adapters;

/// <summary>The low-rank terms of a layer; null for a product without a target module.</summary>
internal sealed class LayerAdapter(LowRankTerm?[] terms)
{
    internal LowRankTerm? Qkv => terms[(int)LayerProduct.Qkv];

    internal LowRankTerm? Output => terms[(int)LayerProduct.Output];

    internal LowRankTerm? GateUp => terms[(int)LayerProduct.GateUp];

    internal LowRankTerm? Down => terms[(int)LayerProduct.Down];

    internal LowRankTerm? Of(LayerProduct product) => terms[(int)product];
}

/// <summary>An adapter's factors in panels, as forward and backward read them.</summary>
internal sealed unsafe class AdapterWeights : IDisposable
{
    private readonly AlignedBuffer panels;
    private readonly LayerAdapter[] layers;
    private readonly float scale;
    private readonly bool hasBack;
    private nint taken;

    /// <summary>Makes room, also for the way back where <paramref name="hasBack"/>; <see cref="Pack"/> fills it.</summary>
    internal AdapterWeights(AdapterLayout layout, bool hasBack)
    {
        this.hasBack = hasBack;
        scale = (float)layout.Shape.Settings.Scale;
        panels = new AlignedBuffer(layout.Layers.SelectMany(layer => layer).Aggregate((nint)0, (sum, factors) => sum + Size(factors)));
        panels.Clear();
        layers = [.. layout.Layers.Select(layer => new LayerAdapter([.. layer.Select(Term)]))];
    }

    internal LayerAdapter Layer(int layer) => layers[layer];

    /// <summary>Fills the panels.</summary>
    internal void Pack(AdapterArray values, Team team)
    {
        float* flat = values.Pointer;
        team.Run(
            layers.Length,
            (layer, _) =>
            {
                foreach (var product in Enum.GetValues<LayerProduct>())
                {
                    layers[layer].Of(product)?.Pack(flat, scale, hasBack);
                }
            }
        );
    }

    /// <inheritdoc/>
    public void Dispose() => panels.Dispose();

    private nint Size(AdapterFactors factors)
    {
        if (factors.Parts.Count == 0)
        {
            return 0;
        }

        int rank = factors.Ranks / factors.Parts.Count;
        nint forward = PackedMatrix.Size(factors.Inputs, factors.Ranks),
            back = PackedMatrix.Size(factors.Ranks, factors.Inputs);
        foreach (var part in factors.Parts)
        {
            forward += PackedMatrix.Size(rank, part.Module.Outputs);
            back += PackedMatrix.Size(part.Module.Outputs, rank);
        }

        return hasBack ? forward + back : forward;
    }

    private LowRankTerm? Term(AdapterFactors factors)
    {
        if (factors.Parts.Count == 0)
        {
            return null;
        }

        int rank = factors.Ranks / factors.Parts.Count;
        return new LowRankTerm(
            factors,
            Take(factors.Inputs, factors.Ranks),
            hasBack ? Take(factors.Ranks, factors.Inputs) : default,
            [
                .. factors.Parts.Select(part => new PackedPart(
                    part,
                    Take(rank, part.Module.Outputs),
                    hasBack ? Take(part.Module.Outputs, rank) : default
                )),
            ]
        );
    }

    private PackedMatrix Take(int rows, int columns)
    {
        var matrix = new PackedMatrix(panels.Pointer + taken, rows, columns);
        taken += PackedMatrix.Size(rows, columns);
        return matrix;
    }
}
