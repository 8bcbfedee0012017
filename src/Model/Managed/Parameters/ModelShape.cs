// Letters: D hidden, H query heads, K key and value heads, C width of a head, E = (H + 2K) C, F inner layer of the MLP, V vocabulary.
using Cppo.Model.Decoders;
using Cppo.Model.Managed.Kernels;

namespace Cppo.Model.Managed.Parameters;

/// <summary>The sizes that the kernels need, and the angles of positions.</summary>
internal sealed class ModelShape(DecoderConfig config, SimdLevel level)
{
    internal DecoderConfig Config => config;

    /// <summary>Which micro-kernel runs.</summary>
    internal SimdLevel Level => level;

    internal Heads Heads { get; } = new(config.NumHeads, config.NumKeyValueHeads, config.HeadSize);

    /// <summary>D.</summary>
    internal int Hidden => config.HiddenSize;

    /// <summary>H C.</summary>
    internal int Queries { get; } = config.NumHeads * config.HeadSize;

    /// <summary>K C.</summary>
    internal int Keys { get; } = config.NumKeyValueHeads * config.HeadSize;

    /// <summary>E.</summary>
    internal int Qkv { get; } = (config.NumHeads + (2 * config.NumKeyValueHeads)) * config.HeadSize;

    /// <summary>F.</summary>
    internal int Inner => config.IntermediateSize;

    /// <summary>V.</summary>
    internal int Vocabulary => config.VocabSize;

    /// <summary>Floats of all matrices that a token meets.</summary>
    internal long WeightFloats => ((long)config.NumLayers * Hidden * (Qkv + Queries + (3 * Inner))) + ((long)Vocabulary * Hidden);

    internal Rotary Rotary { get; } = new(config);
}
