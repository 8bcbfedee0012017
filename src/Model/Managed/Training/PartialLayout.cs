using Cppo.Model.Managed.Parameters;

namespace Cppo.Model.Managed.Training;

/// <summary>
/// Where a chunk of rows adds up its share of the gradients by a layer's norm weights and biases, as floats from the chunk's first;
/// <see cref="LayerOffsets.Absent"/> for
/// those that the architecture lacks.
/// </summary>
internal sealed unsafe class PartialLayout
{
    private readonly List<(int At, int Length, Func<LayerOffsets, nint> Parameter)> sections = [];

    internal PartialLayout(ModelShape shape)
    {
        var config = shape.Config;
        PostAttentionNorm = Take(shape.Hidden, true, layer => layer.PostAttentionNorm);
        InputNorm = Take(shape.Hidden, true, layer => layer.InputNorm);
        QkvBias = Take(shape.Qkv, config.QkvBias, layer => layer.QkvBias);
        QueryNorm = Take(config.HeadSize, config.HeadNorms, layer => layer.QueryNorm);
        KeyNorm = Take(config.HeadSize, config.HeadNorms, layer => layer.KeyNorm);
        OutputBias = Take(shape.Hidden, config.OutputBias, layer => layer.OutputBias);
        GateUpBias = Take(2 * shape.Inner, config.MlpBias, layer => layer.GateUpBias);
        DownBias = Take(shape.Hidden, config.MlpBias, layer => layer.DownBias);
    }

    internal int PostAttentionNorm { get; }

    internal int InputNorm { get; }

    internal int QkvBias { get; }

    internal int QueryNorm { get; }

    internal int KeyNorm { get; }

    internal int OutputBias { get; }

    internal int GateUpBias { get; }

    internal int DownBias { get; }

    /// <summary>Floats of a chunk.</summary>
    internal int Width { get; private set; }

    /// <summary>Adds a chunk's share to the layer's gradients.</summary>
    internal void AddTo(ParameterArray gradients, int layer, float* partial)
    {
        var offsets = gradients.Layout.Layers[layer];
        foreach (var (at, length, parameter) in sections)
        {
            Kernels.VectorMath.Add(partial + at, gradients.Pointer + parameter(offsets), length);
        }
    }

    private int Take(int length, bool isPresent, Func<LayerOffsets, nint> parameter)
    {
        if (!isPresent)
        {
            return (int)LayerOffsets.Absent;
        }

        int at = Width;
        sections.Add((at, length, parameter));
        Width += length;
        return at;
    }
}
