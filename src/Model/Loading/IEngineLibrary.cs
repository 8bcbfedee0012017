using Cppo.Model.Adapters;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;

namespace Cppo.Model.Loading;

/// <summary>An engine that lies in an assembly of its own, which is loaded where a configuration asks for it.</summary>
internal interface IEngineLibrary
{
    /// <summary>
    /// Makes an engine from weights in memory, which are read once, one at a time; where there is an adapter, that is trained, and they
    /// stay.
    /// </summary>
    /// <exception cref="EngineUnavailableException">Its native library or its device cannot be used on this machine.</exception>
    /// <exception cref="ModelFileException">A weight is missing, or has another shape.</exception>
    ILocalEngine Create(DecoderConfig config, IEnumerable<NamedArray> weights, EngineSettings settings, Adapter? adapter);

    /// <summary>Ends without a word where the settings' device can be used.</summary>
    /// <exception cref="EngineUnavailableException">As of <see cref="Create"/>.</exception>
    void RequireDevice(EngineSettings settings);

    /// <summary>Floating-point operations a second of a large matrix product on the settings' device and in their compute type.</summary>
    /// <exception cref="EngineUnavailableException">As of <see cref="Create"/>.</exception>
    double MatrixProductRate(EngineSettings settings);
}
