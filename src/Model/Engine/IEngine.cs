using Cppo.Model.Decoders;

namespace Cppo.Model.Engine;

/// <summary>A model on a device.</summary>
public interface IEngine : IDisposable
{
    /// <summary>The engine's name in the configuration: <c>torch</c> or <c>managed</c>.</summary>
    string Name { get; }

    /// <summary>The device, as the configuration writes it: <c>cpu</c>, <c>cuda:0</c>.</summary>
    string Device { get; }

    /// <summary>The architecture of the loaded model.</summary>
    DecoderConfig Config { get; }
}

/// <summary>An engine in this process: it trains, and it generates from what it publishes without a copy.</summary>
public interface ILocalEngine : ITrainableEngine, IRolloutEngine
{
    Task<IPolicySnapshot> IRolloutEngine.TakeWeightsAsync(IReadOnlyList<NamedArray> weights, int policyVersion, CancellationToken stop) =>
        Task.FromResult(ImportSnapshot(weights, policyVersion));
}
