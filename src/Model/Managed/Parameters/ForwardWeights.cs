// Letters: V vocabulary, D hidden, E all heads of query, key and value together, F inner layer of the MLP.
using Cppo.Model.Managed.Adapters;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Kernels.Precision;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Managed.Parameters;

/// <summary>
/// One layer's weights as a pass reads them; matrices [out, in] are packed as the right factor [in, out]. What the architecture lacks is
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
/// A model's tensors: weights that a pass reads, with an adapter where the policy has one, or gradients that it adds to. Weights
/// may be bf16; a pass over many rows has their layers widened as it comes to them.
/// </summary>
internal sealed unsafe class ForwardWeights
{
    private readonly ModelShape shape;
    private readonly ParameterArray? array;
    private readonly RolloutWeights? rounded;
    private readonly AdapterWeights? adapter;

    /// <summary>In fp32.</summary>
    internal ForwardWeights(ModelShape shape, ParameterArray array, AdapterWeights? adapter = null) =>
        (this.shape, this.array, this.adapter) = (shape, array, adapter);

    /// <summary>In bf16.</summary>
    internal ForwardWeights(RolloutWeights rounded) => (shape, this.rounded) = (rounded.Shape, rounded);

    internal ModelShape Shape => shape;

    /// <exception cref="InvalidOperationException">They are not fp32.</exception>
    internal ParameterArray Array => array ?? throw new InvalidOperationException("The weights are not held in fp32.");

    /// <summary>The hidden state times this gives logits; in fp32.</summary>
    internal PackedMatrix Head => new(Array.Pointer + Array.Layout.Head, shape.Hidden, shape.Vocabulary);

    /// <summary>The same in the number type that it is held in.</summary>
    internal RightFactor HeadFactor => rounded?.Head ?? RightFactor.Of(Head);

    internal float* FinalNorm => rounded is null ? Array.Pointer + Array.Layout.FinalNorm : rounded.FinalNorm;

    /// <summary>Copies the embedding's row [D] of a token.</summary>
    internal void Embed(int token, float* into)
    {
        if (rounded is not null)
        {
            rounded.Embed(token, into);
        }
        else if (Array.Layout.IsTied)
        {
            Head.GetColumn(token, into);
        }
        else
        {
            VectorMath.Copy(Array.Pointer + ((nint)token * shape.Hidden), into, shape.Hidden);
        }
    }

    /// <summary>Adds to the embedding's row [D] of a token.</summary>
    internal void AddToEmbedding(int token, float* row)
    {
        if (Array.Layout.IsTied)
        {
            Head.AddToColumn(token, row);
        }
        else
        {
            VectorMath.Add(row, Array.Pointer + ((nint)token * shape.Hidden), shape.Hidden);
        }
    }

    /// <summary>A layer in fp32: where it is held in bf16, widened into <paramref name="wide"/>.</summary>
    internal LayerWeights Layer(int layer, WideLayer wide, Team team) =>
        rounded is null ? Layer(layer) : wide.Widen(shape, rounded.Layer(layer), team);

    /// <summary>A layer of weights that are held in fp32, or of gradients.</summary>
    internal LayerWeights Layer(int layer)
    {
        var array = Array;
        var offsets = array.Layout.Layers[layer];
        return new LayerWeights
        {
            InputNorm = array.Pointer + offsets.InputNorm,
            Qkv = new PackedMatrix(array.Pointer + offsets.Qkv, shape.Hidden, shape.Qkv),
            QkvBias = At(offsets.QkvBias),
            QueryNorm = At(offsets.QueryNorm),
            KeyNorm = At(offsets.KeyNorm),
            Output = new PackedMatrix(array.Pointer + offsets.Output, shape.Queries, shape.Hidden),
            OutputBias = At(offsets.OutputBias),
            PostAttentionNorm = array.Pointer + offsets.PostAttentionNorm,
            GateUp = new PackedMatrix(array.Pointer + offsets.GateUp, shape.Hidden, 2 * shape.Inner),
            GateUpBias = At(offsets.GateUpBias),
            Down = new PackedMatrix(array.Pointer + offsets.Down, shape.Inner, shape.Hidden),
            DownBias = At(offsets.DownBias),
            Adapter = adapter?.Layer(layer),
        };
    }

    private float* At(nint offset) => offset == LayerOffsets.Absent ? null : Array.Pointer + offset;
}
