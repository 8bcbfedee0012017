// Letters: N rows, D hidden.
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Layers;
using Cppo.Model.Managed.Parameters;

namespace Cppo.Model.Managed.Rollout;

/// <summary>
/// The layers for one thread's rollouts: the rows of a batch, each the last token of a completion or a token of a prompt, from embeddings
/// to final norm.
/// </summary>
internal sealed unsafe class LaneForward
{
    /// <summary>Rows that run through a layer at a time.</summary>
    internal const int RowsPerChunk = 128;

    private readonly LaneMemory memory;
    private readonly ForwardWeights weights;
    private readonly Rotary.Table angles;

    /// <summary>For passes of at most so many rows at positions below so many; the memory is reserved by its owner.</summary>
    internal LaneForward(LaneMemory memory, ForwardWeights weights, int rows, int positions)
    {
        (this.memory, this.weights, angles) = (memory, weights, weights.Shape.Rotary.For(positions));
        Batch.Reserve(rows);
    }

    /// <summary>The rows of the next pass.</summary>
    internal RowBatch Batch { get; } = new();

    /// <summary>Runs the batch through all layers; keys and values go where its sights say.</summary>
    internal void Run()
    {
        var shape = weights.Shape;
        var at = memory.Rows;
        Batch.Embed(weights, 0, Batch.Count, at.Input);
        for (int layer = 0; layer < shape.Config.NumLayers; layer++)
        {
            var layerWeights = weights.Layer(layer);
            var cache = memory.Layer(shape, layer);
            for (int first = 0; first < Batch.Count; first += RowsPerChunk)
            {
                BlockForward.Project(
                    shape,
                    layerWeights,
                    Batch,
                    first,
                    Math.Min(first + RowsPerChunk, Batch.Count),
                    at,
                    cache,
                    angles,
                    memory.Scratch
                );
            }

            for (int first = 0; first < Batch.Count; first += RowsPerChunk)
            {
                BlockForward.Finish(
                    shape,
                    layerWeights,
                    Batch,
                    first,
                    Math.Min(first + RowsPerChunk, Batch.Count),
                    at,
                    cache,
                    memory.Scratch
                );
            }
        }
    }

    /// <summary>The final norm of rows <paramref name="first"/> .. <paramref name="end"/> - 1 that have run, to [end - first, D].</summary>
    internal void FinalNorm(int first, int end, float* into)
    {
        var shape = weights.Shape;
        for (int row = first; row < end; row++)
        {
            RmsNorm.Forward(
                memory.Rows.Output + ((nint)row * shape.Hidden),
                weights.FinalNorm,
                into + ((nint)(row - first) * shape.Hidden),
                shape.Hidden,
                shape.Config.RmsNormEpsilon
            );
        }
    }
}
