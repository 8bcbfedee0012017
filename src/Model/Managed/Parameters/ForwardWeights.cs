// Letters: V vocabulary, D hidden.
using Cppo.Model.Managed.Kernels;

namespace Cppo.Model.Managed.Parameters;

/// <summary>All that a forward reads: flat weights for the embedding, norms and biases, panels for the matrices.</summary>
internal sealed unsafe class ForwardWeights(ModelShape shape, ParameterArray flat, PackedWeights packed)
{
    internal ModelShape Shape => shape;

    internal PackedMatrix Head => packed.Head;

    internal float* FinalNorm => flat.Pointer + flat.Layout.FinalNorm;

    /// <summary>The embedding's row [D] of a token.</summary>
    internal float* Embedding(int token) => flat.Pointer + ((nint)token * shape.Hidden);

    internal LayerWeights Layer(int layer)
    {
        var offsets = flat.Layout.Layers[layer];
        return new LayerWeights
        {
            InputNorm = flat.Pointer + offsets.InputNorm,
            Qkv = packed.Qkv(layer),
            QkvBias = At(offsets.QkvBias),
            QueryNorm = At(offsets.QueryNorm),
            KeyNorm = At(offsets.KeyNorm),
            Output = packed.Output(layer),
            OutputBias = At(offsets.OutputBias),
            PostAttentionNorm = flat.Pointer + offsets.PostAttentionNorm,
            GateUp = packed.GateUp(layer),
            GateUpBias = At(offsets.GateUpBias),
            Down = packed.Down(layer),
            DownBias = At(offsets.DownBias),
        };
    }

    private float* At(nint offset) => offset == LayerOffsets.Absent ? null : flat.Pointer + offset;
}
