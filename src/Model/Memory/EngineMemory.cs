using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Weights;

namespace Cppo.Model.Memory;

/// <summary>What one engine takes.</summary>
/// <param name="OnHost">In the machine's memory.</param>
/// <param name="OnDevice">In the memory of its GPU; empty where it computes on CPUs.</param>
public sealed record EngineMemory(IReadOnlyList<MemoryUse> OnHost, IReadOnlyList<MemoryUse> OnDevice)
{
    /// <summary>The plan of an engine, without loading anything.</summary>
    /// <param name="isTorch">Whether it is <c>torch</c>; else it is <c>managed</c>.</param>
    /// <param name="config">The architecture.</param>
    /// <param name="settings">Of the engine.</param>
    /// <param name="load">What it is for.</param>
    public static EngineMemory Of(bool isTorch, DecoderConfig config, EngineSettings settings, EngineLoad load) =>
        isTorch ? TorchMemory.Of(config, settings, load) : new EngineMemory(ManagedMemory.Of(config, settings, load), []);

    /// <summary>All numbers of a model.</summary>
    public static long Parameters(DecoderConfig config) => ModelMemory.Parameters(config);

    /// <summary>All numbers of a low-rank adapter: A [rank, in] and B [out, rank] of each target module of each layer.</summary>
    public static long AdapterParameters(DecoderConfig config, int rank, IReadOnlyCollection<string> targetModules) =>
        WeightMap
            .Expected(config)
            .Where(weight => targetModules.Any(module => weight.Name.EndsWith($".{module}.weight", StringComparison.Ordinal)))
            .Sum(weight => rank * (weight.Shape[0] + weight.Shape[1]));
}
