using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>Weights in the compute type that nobody changes.</summary>
internal sealed class TorchSnapshot : IPolicySnapshot
{
    private readonly DecoderWeights weights;
    private readonly Func<IReadOnlyList<NamedArray>> export;
    private readonly IReadOnlyList<Tensor> owned;
    private bool disposed;

    /// <summary>Takes over tensors in the order of <see cref="FusedLayout.Of"/>.</summary>
    internal TorchSnapshot(int policyVersion, DecoderConfig config, IReadOnlyList<Tensor> stored)
    {
        PolicyVersion = policyVersion;
        weights = DecoderWeights.From(config, stored);
        (export, owned) = (() => DecoderWeights.Export(config, stored), stored);
    }

    /// <summary>Reads weights that are its engine's and never change, and takes over what is its own of them: an adapter.</summary>
    internal TorchSnapshot(
        int policyVersion,
        DecoderWeights weights,
        Func<IReadOnlyList<NamedArray>> export,
        IReadOnlyList<Tensor> owned
    ) => (PolicyVersion, this.weights, this.export, this.owned) = (policyVersion, weights, export, owned);

    /// <inheritdoc/>
    public int PolicyVersion { get; }

    /// <summary>What the forward reads.</summary>
    /// <exception cref="ObjectDisposedException">The snapshot was disposed.</exception>
    internal DecoderWeights Weights
    {
        get
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return weights;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamedArray> Export()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return export();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        foreach (var tensor in owned)
        {
            tensor.Dispose();
        }
    }
}
