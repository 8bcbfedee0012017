using Cppo.Model.Engine;
using Cppo.Model.Managed.Parameters;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Managed;

/// <summary>Weights of one policy version that nobody changes, packed for the forward.</summary>
internal sealed unsafe class ManagedSnapshot : IPolicySnapshot
{
    private readonly ParameterArray flat;
    private readonly PackedWeights packed;
    private readonly ForwardWeights weights;
    private bool disposed;

    /// <summary>Takes over the flat weights and packs them.</summary>
    internal ManagedSnapshot(int policyVersion, ModelShape shape, ParameterArray flat, Team team)
    {
        PolicyVersion = policyVersion;
        this.flat = flat;
        packed = new PackedWeights(shape, flat.Layout, forward: true);
        packed.Pack(flat.Pointer, team);
        weights = new ForwardWeights(shape, flat, packed);
    }

    /// <inheritdoc/>
    public int PolicyVersion { get; }

    /// <summary>What the forward reads.</summary>
    /// <exception cref="ObjectDisposedException">The snapshot was disposed.</exception>
    internal ForwardWeights Weights
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
        return flat.Export();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!disposed)
        {
            disposed = true;
            flat.Dispose();
            packed.Dispose();
        }
    }
}
