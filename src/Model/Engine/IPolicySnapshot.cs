using Cppo.Model.Weights;

namespace Cppo.Model.Engine;

/// <summary>Immutable weights of one policy version, as the engine that made them holds them.</summary>
public interface IPolicySnapshot : IDisposable
{
    /// <summary>The version, 0 for the weights that a run started from.</summary>
    int PolicyVersion { get; }

    /// <summary>Copies under their Hugging Face names, in fp32 on the host, in the order of <c>WeightMap.Expected</c>.</summary>
    IReadOnlyList<NamedArray> Export();

    /// <summary>The same, to be read piece by piece while the snapshot is there.</summary>
    IReadOnlyList<WeightStream> Streams() => [.. Export().Select(WeightStream.Of)];
}
