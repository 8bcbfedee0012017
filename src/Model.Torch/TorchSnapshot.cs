using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>Weights in the compute type that nobody changes.</summary>
internal sealed class TorchSnapshot : IPolicySnapshot
{
    private readonly IReadOnlyList<Tensor> stored;
    private readonly DecoderWeights weights;
    private bool disposed;

    /// <summary>Takes over tensors in the order of <see cref="FusedLayout.Of"/>.</summary>
    internal TorchSnapshot(int policyVersion, DecoderConfig config, IReadOnlyList<Tensor> stored)
    {
        PolicyVersion = policyVersion;
        this.stored = stored;
        weights = DecoderWeights.From(config, stored);
    }

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
    public IReadOnlyList<NamedArray> Export() => DecoderWeights.Export(Weights.Config, stored);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        foreach (var tensor in stored)
        {
            tensor.Dispose();
        }
    }
}
