using Cppo.Model.Managed.Adapters;
using Cppo.Model.Managed.Layers;

namespace Cppo.Model.Managed.Training;

/// <summary>
/// What is kept of each product for the gradients of a stretch: by its weights or, where a policy has one, by its adapter.
/// </summary>
internal sealed unsafe partial class BlockBackward
{
    private static readonly LayerProduct[] OfMlp = [LayerProduct.Down, LayerProduct.GateUp, LayerProduct.Output];
    private static readonly LayerProduct[] OfProjections = [LayerProduct.Qkv];

    /// <summary>Adds the adapter's share of the gradient by a product's input from that by its output.</summary>
    private void AddByInput(int layer, LayerProduct product, int row, int count, float* byOutput, float* byInput, ChunkScratch scratch) =>
        adapter?.AddByInput(layer, product, row, count, byOutput, byInput, scratch.LowRank);

    /// <summary>Keeps a product's inputs and the gradient by its outputs, for rows from <paramref name="row"/> of the stretch.</summary>
    private void Keep(int layer, LayerProduct product, int row, int count, float* inputs, float* byOutputs, ChunkScratch scratch)
    {
        if (adapter is not null)
        {
            adapter.Keep(layer, product, row, count, inputs, byOutputs, scratch.LowRank);
            return;
        }

        var (factors, inputWidth, outputWidth) = product switch
        {
            LayerProduct.Qkv => (gradients.Qkv, hidden, shape.Qkv),
            LayerProduct.Output => (gradients.Output, shape.Queries, hidden),
            LayerProduct.GateUp => (gradients.GateUp, hidden, 2 * shape.Inner),
            _ => (gradients.Down, shape.Inner, hidden),
        };
        factors.Inputs.Store(row, count, inputs, inputWidth, inputWidth);
        factors.Outputs.Store(row, count, byOutputs, outputWidth, outputWidth);
    }

    private void MlpGradients(int layer, int stretch, int first, int end)
    {
        if (adapter is null)
        {
            MlpWeights(layer, stretch, first, end);
        }
        else
        {
            adapter.Sum(layer, OfMlp, first - stretch, end - stretch, team);
        }
    }

    private void ProjectionGradients(int layer, int stretch, int end)
    {
        if (adapter is null)
        {
            ProjectionWeights(layer, stretch, end);
        }
        else
        {
            adapter.Sum(layer, OfProjections, 0, end - stretch, team);
        }
    }
}
