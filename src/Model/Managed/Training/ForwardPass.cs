// Letters: N rows, D hidden.
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Layers;
using Cppo.Model.Managed.Parameters;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Managed.Training;

/// <summary>
/// Packed rows through all layers to final hidden rows. Threads take chunks of rows; between two layers they wait for each other once,
/// because a chunk's attention needs the keys of all rows of its sequences.
/// </summary>
internal sealed unsafe class ForwardPass(ForwardWeights weights, PackedRows packed, PassMemory memory, Team team)
{
    /// <summary>Rows of a chunk; its activations fit into the second-level cache.</summary>
    internal const int RowsPerChunk = 2 * Gemm.RowsMultiple;

    private readonly ModelShape shape = weights.Shape;
    private readonly Rotary.Table angles = weights.Shape.Rotary.For(packed.Rows.NumPositions);
    private readonly LayerWeights[] ready = new LayerWeights[2];

    /// <summary>Chunks of rows.</summary>
    internal static int NumChunks(int rows) => (rows + RowsPerChunk - 1) / RowsPerChunk;

    /// <summary>Runs all layers and the final norm.</summary>
    internal void Run()
    {
        int numLayers = shape.Config.NumLayers,
            chunks = NumChunks(packed.Rows.Count);
        Ready(0);
        team.Run(
            chunks,
            (chunk, thread) =>
            {
                var (first, end) = Bounds(chunk);
                packed.Rows.Embed(weights, first, end, memory.Input(0));
                Project(0, first, end, thread);
            }
        );
        for (int i = 0; i < numLayers; i++)
        {
            int layer = i;
            bool isLast = layer == numLayers - 1;
            if (!isLast)
            {
                Ready(layer + 1);
            }

            team.Run(
                chunks,
                (chunk, thread) =>
                {
                    var (first, end) = Bounds(chunk);
                    Finish(layer, first, end, thread);
                    if (isLast)
                    {
                        FinalNorm(Math.Max(first, packed.FirstPredicting), end);
                    }
                    else
                    {
                        Project(layer + 1, first, end, thread);
                    }
                }
            );
        }
    }

    /// <summary>Runs one layer again from its kept input.</summary>
    internal void Recompute(int layer)
    {
        int chunks = NumChunks(packed.Rows.Count);
        Ready(layer);
        team.Run(chunks, (chunk, thread) => Project(layer, Bounds(chunk).First, Bounds(chunk).End, thread));
        team.Run(chunks, (chunk, thread) => Finish(layer, Bounds(chunk).First, Bounds(chunk).End, thread));
    }

    private (int First, int End) Bounds(int chunk) => (chunk * RowsPerChunk, Math.Min((chunk + 1) * RowsPerChunk, packed.Rows.Count));

    private void Ready(int layer) => ready[layer % ready.Length] = weights.Layer(layer, memory.Wide(layer), team);

    private void Project(int layer, int first, int end, int thread) =>
        BlockForward.Project(
            shape,
            ready[layer % ready.Length],
            packed.Rows,
            first,
            end,
            memory.Layer(layer),
            memory.Cache(layer),
            angles,
            memory.Scratch(thread)
        );

    /// <summary>The last layer's rest runs for predicting rows alone.</summary>
    private void Finish(int layer, int first, int end, int thread)
    {
        first = layer == shape.Config.NumLayers - 1 ? Math.Max(first, packed.FirstPredicting) : first;
        if (first < end)
        {
            BlockForward.Finish(
                shape,
                ready[layer % ready.Length],
                packed.Rows,
                first,
                end,
                memory.Layer(layer),
                memory.Cache(layer),
                memory.Scratch(thread)
            );
        }
    }

    private void FinalNorm(int first, int end)
    {
        float* output = memory.Input(shape.Config.NumLayers);
        for (int row = first; row < end; row++)
        {
            int predicting = row - packed.FirstPredicting;
            memory.FinalInverse[predicting] = RmsNorm.Forward(
                output + ((nint)row * shape.Hidden),
                weights.FinalNorm,
                memory.Hidden + ((nint)predicting * shape.Hidden),
                shape.Hidden,
                shape.Config.RmsNormEpsilon
            );
        }
    }
}
