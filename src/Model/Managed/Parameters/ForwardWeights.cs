// Letters: V vocabulary, D hidden, E all heads of query, key and value together, F inner layer of the MLP.
using Cppo.Model.Managed.Kernels;

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
}

/// <summary>An array of parameters as a model's tensors: weights that a pass reads, or gradients that it adds to.</summary>
internal sealed unsafe class ForwardWeights(ModelShape shape, ParameterArray array)
{
    internal ModelShape Shape => shape;

    internal ParameterArray Array => array;

    /// <summary>The hidden state times this gives logits.</summary>
    internal PackedMatrix Head => new(array.Pointer + array.Layout.Head, shape.Hidden, shape.Vocabulary);

    internal float* FinalNorm => array.Pointer + array.Layout.FinalNorm;

    /// <summary>Copies the embedding's row [D] of a token.</summary>
    internal void Embed(int token, float* into)
    {
        if (array.Layout.IsTied)
        {
            Head.GetColumn(token, into);
        }
        else
        {
            VectorMath.Copy(array.Pointer + ((nint)token * shape.Hidden), into, shape.Hidden);
        }
    }

    /// <summary>Adds to the embedding's row [D] of a token.</summary>
    internal void AddToEmbedding(int token, float* row)
    {
        if (array.Layout.IsTied)
        {
            Head.AddToColumn(token, row);
        }
        else
        {
            VectorMath.Add(row, array.Pointer + ((nint)token * shape.Hidden), shape.Hidden);
        }
    }

    internal LayerWeights Layer(int layer)
    {
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
        };
    }

    private float* At(nint offset) => offset == LayerOffsets.Absent ? null : array.Pointer + offset;
}
