using Cppo.Model.Adapters;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Loading;

namespace Cppo.Model.Torch;

/// <summary>The door to this assembly; <c>EngineFactory</c> finds it by its name.</summary>
internal sealed class TorchLibrary : IEngineLibrary
{
    /// <inheritdoc/>
    public ILocalEngine Create(DecoderConfig config, IEnumerable<NamedArray> weights, EngineSettings settings, Adapter? adapter) =>
        new TorchEngine(config, weights, settings, adapter);

    /// <inheritdoc/>
    public void RequireDevice(EngineSettings settings) => _ = TorchRuntime.Start(settings);

    /// <inheritdoc/>
    public double MatrixProductRate(EngineSettings settings) => TorchMatrixProduct.Rate(settings);
}
