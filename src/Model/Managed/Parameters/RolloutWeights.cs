// Letters: V vocabulary, D hidden.
using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels.Precision;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Managed.Parameters;

/// <summary>One layer's weights as rollouts read them.</summary>
internal readonly struct RolloutLayer
{
    /// <summary>Norms and biases in fp32; in place of the matrices there are those below.</summary>
    internal LayerWeights Vectors { get; init; }

    internal RightFactor Qkv { get; init; }

    internal RightFactor Output { get; init; }

    internal RightFactor GateUp { get; init; }

    internal RightFactor Down { get; init; }
}

/// <summary>
/// The weights that rollouts read: in fp32 those of the forward themselves, otherwise a copy of them in a smaller precision that is filled
/// anew for the next policy version, in place. Norms and biases are fp32. Embeddings are read from the head where the two are tied.
/// </summary>
internal sealed unsafe class RolloutWeights : IDisposable
{
    private readonly FactorArray? array;
    private readonly ForwardWeights? source;
    private readonly RolloutLayer[] layers;

    /// <summary>The fp32 weights, not copied; who uses this keeps them alive.</summary>
    internal RolloutWeights(ForwardWeights source)
    {
        (this.source, Shape) = (source, source.Shape);
        Head = RightFactor.Of(source.Head);
        FinalNorm = source.FinalNorm;
        layers = [.. Enumerable.Range(0, Shape.Config.NumLayers).Select(layer => Layer(source.Layer(layer)))];
    }

    /// <summary>Makes room for a copy; <see cref="Pack"/> or <see cref="Read"/> fills it.</summary>
    internal RolloutWeights(ModelShape shape, WeightPrecision precision)
    {
        (Shape, Precision) = (shape, precision);
        array = new FactorArray(new ParameterLayout(shape.Config), precision);
        Head = array.Matrix(array.Layout.Head);
        FinalNorm = array.Vector(array.Layout.FinalNorm);
        layers = [.. array.Layout.Layers.Select(offsets => Layer(array, offsets))];
    }

    internal ModelShape Shape { get; }

    internal WeightPrecision Precision { get; }

    /// <summary>The hidden state times this gives logits.</summary>
    internal RightFactor Head { get; }

    internal float* FinalNorm { get; }

    /// <summary>Bytes of a copy in a precision; fp32 has none.</summary>
    internal static long Bytes(ModelShape shape, WeightPrecision precision) =>
        precision == WeightPrecision.Float32 ? 0 : FactorArray.Bytes(new ParameterLayout(shape.Config), precision);

    internal RolloutLayer Layer(int layer) => layers[layer];

    /// <summary>Copies the embedding's row [D] of a token.</summary>
    internal void Embed(int token, float* into)
    {
        if (source is not null)
        {
            source.Embed(token, into);
        }
        else
        {
            array!.Matrix(array.Layout.Embedding).Column(token, into);
        }
    }

    /// <summary>Fills the copy from the weights of a policy version.</summary>
    internal void Pack(ForwardWeights from, Team team) => array!.Pack(from.Array, team);

    /// <summary>Fills the copy from tensors, without ever holding all of them in fp32.</summary>
    /// <exception cref="ModelFileException">A name or shape is not the model's, or one is missing.</exception>
    internal void Read(IEnumerable<WeightStream> tensors) => array!.Read(tensors);

    /// <summary>The copy's numbers under the Hugging Face names.</summary>
    internal IReadOnlyList<WeightStream> Streams() => array!.Streams();

    /// <inheritdoc/>
    public void Dispose() => array?.Dispose();

    private static RolloutLayer Layer(in LayerWeights weights) =>
        new()
        {
            Vectors = weights,
            Qkv = RightFactor.Of(weights.Qkv),
            Output = RightFactor.Of(weights.Output),
            GateUp = RightFactor.Of(weights.GateUp),
            Down = RightFactor.Of(weights.Down),
        };

    private static RolloutLayer Layer(FactorArray array, in LayerOffsets offsets) =>
        new()
        {
            Vectors = new LayerWeights
            {
                InputNorm = array.Vector(offsets.InputNorm),
                QkvBias = array.Vector(offsets.QkvBias),
                QueryNorm = array.Vector(offsets.QueryNorm),
                KeyNorm = array.Vector(offsets.KeyNorm),
                OutputBias = array.Vector(offsets.OutputBias),
                PostAttentionNorm = array.Vector(offsets.PostAttentionNorm),
                GateUpBias = array.Vector(offsets.GateUpBias),
                DownBias = array.Vector(offsets.DownBias),
            },
            Qkv = array.Matrix(offsets.Qkv),
            Output = array.Matrix(offsets.Output),
            GateUp = array.Matrix(offsets.GateUp),
            Down = array.Matrix(offsets.Down),
        };
}
