// Letters: V vocabulary, D hidden, E all heads of query, key and value together, F inner layer of the MLP.
using Cppo.Model.Managed.Adapters;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Managed.Parameters;

/// <summary>
/// One layer's weights as a forward reads them; matrices [out, in] are packed as the right factor [in, out]. What the architecture lacks is
/// null.
/// </summary>
internal readonly unsafe struct LayerWeights
{
    internal float* InputNorm { get; init; }
    internal PackedMatrix Qkv { get; init; }
    internal float* QkvBias { get; init; }
    internal float* QueryNorm { get; init; }
    internal float* KeyNorm { get; init; }
    internal PackedMatrix Output { get; init; }
    internal float* OutputBias { get; init; }
    internal float* PostAttentionNorm { get; init; }
    internal PackedMatrix GateUp { get; init; }
    internal float* GateUpBias { get; init; }
    internal PackedMatrix Down { get; init; }
    internal float* DownBias { get; init; }

    /// <summary>What an adapter adds to the products; null: there is none.</summary>
    internal LayerAdapter? Adapter { get; init; }
}

/// <summary>
/// The matrices of all layers and the head in panels, either for the way forward (each the transpose of its weights) or for the way back
/// (as they are).
/// </summary>
internal sealed unsafe class PackedWeights : IDisposable
{
    private const int PanelsPerTask = 8;

    private readonly bool forward;
    private readonly AlignedBuffer panels;
    private readonly List<(PackedMatrix Packed, nint Source)> matrices = [];
    private readonly List<(int Matrix, int FirstPanel)> tasks = [];

    /// <summary>Makes room; <see cref="Pack"/> fills it.</summary>
    internal PackedWeights(ModelShape shape, ParameterLayout layout, bool forward)
    {
        this.forward = forward;
        var outIn = new List<(int Out, int In, nint Source)>();
        foreach (var layer in layout.Layers)
        {
            outIn.Add((shape.Qkv, shape.Hidden, layer.Qkv));
            outIn.Add((shape.Hidden, shape.Queries, layer.Output));
            outIn.Add((2 * shape.Inner, shape.Hidden, layer.GateUp));
            outIn.Add((shape.Hidden, shape.Inner, layer.Down));
        }

        outIn.Add((shape.Vocabulary, shape.Hidden, layout.Head));
        (int Rows, int Columns) Shape((int Out, int In, nint Source) matrix) => forward ? (matrix.In, matrix.Out) : (matrix.Out, matrix.In);
        nint total = 0;
        foreach (var matrix in outIn)
        {
            total += PackedMatrix.Size(Shape(matrix).Rows, Shape(matrix).Columns);
        }

        panels = new AlignedBuffer(total);
        float* at = panels.Pointer;
        foreach (var matrix in outIn)
        {
            var packed = new PackedMatrix(at, Shape(matrix).Rows, Shape(matrix).Columns);
            at += PackedMatrix.Size(packed.Rows, packed.Columns);
            for (int panel = 0; panel < packed.NumPanels; panel += PanelsPerTask)
            {
                tasks.Add((matrices.Count, panel));
            }

            matrices.Add((packed, matrix.Source));
        }
    }

    /// <summary>The hidden state times this gives logits, or their gradients times this give its own.</summary>
    internal PackedMatrix Head => matrices[^1].Packed;

    internal PackedMatrix Qkv(int layer) => matrices[4 * layer].Packed;

    internal PackedMatrix Output(int layer) => matrices[(4 * layer) + 1].Packed;

    internal PackedMatrix GateUp(int layer) => matrices[(4 * layer) + 2].Packed;

    internal PackedMatrix Down(int layer) => matrices[(4 * layer) + 3].Packed;

    /// <summary>Fills the panels from flat weights.</summary>
    internal void Pack(float* weights, Team team) =>
        team.Run(
            tasks.Count,
            (task, _) =>
            {
                var (matrix, first) = tasks[task];
                var (packed, source) = matrices[matrix];
                int end = Math.Min(first + PanelsPerTask, packed.NumPanels);
                if (forward)
                {
                    packed.PackTransposed(weights + source, first, end);
                }
                else
                {
                    packed.Pack(weights + source, first, end);
                }
            }
        );

    /// <inheritdoc/>
    public void Dispose() => panels.Dispose();
}
