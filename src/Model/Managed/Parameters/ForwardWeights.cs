// Letters: V vocabulary, D hidden.
using Cppo.Model.Managed.Adapters;
using Cppo.Model.Managed.Kernels;

namespace Cppo.Model.Managed.Parameters;

/// <summary>
/// All that a forward reads: flat weights for the embedding, norms and biases, panels for the matrices, and those of an adapter where the
/// policy has one.
/// </summary>
internal sealed unsafe class ForwardWeights(ModelShape shape, ParameterArray flat, PackedWeights packed, AdapterWeights? adapter = null)
{
    internal ModelShape Shape => shape;

    internal PackedMatrix Head => packed.Head;

    internal float* FinalNorm => flat.Pointer + flat.Layout.FinalNorm;

    /// <summary>The embedding's row [D] of a token.</summary>
    internal float* Embedding(int token) => flat.Pointer + ((nint)token * shape.Hidden);

    /// <summary>The same weights with an adapter.</summary>
    internal ForwardWeights With(AdapterWeights adapter) => new(shape, flat, packed, adapter);

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
            Adapter = adapter?.Layer(layer),
        };
    }

    private float* At(nint offset) => offset == LayerOffsets.Absent ? null : flat.Pointer + offset;
}
