using Cppo.Model.Engine;
using Cppo.Model.Managed.Parameters;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Managed;

/// <summary>Weights of one policy version that nobody changes, packed for the forward.</summary>
internal sealed unsafe class ManagedSnapshot : IPolicySnapshot
{
    private readonly ForwardWeights weights;
    private readonly Func<IReadOnlyList<NamedArray>> export;
    private readonly IDisposable[] owned;
    private bool disposed;

    /// <summary>Takes over the flat weights and packs them.</summary>
    internal ManagedSnapshot(int policyVersion, ModelShape shape, ParameterArray flat, Team team)
    {
        PolicyVersion = policyVersion;
        var packed = new PackedWeights(shape, flat.Layout, forward: true);
        packed.Pack(flat.Pointer, team);
        weights = new ForwardWeights(shape, flat, packed);
        (export, owned) = (flat.Export, [flat, packed]);
    }

    /// <summary>Reads weights that are its engine's and never change, and takes over what is its own of them: an adapter.</summary>
    internal ManagedSnapshot(
        int policyVersion,
        ForwardWeights weights,
        Func<IReadOnlyList<NamedArray>> export,
        params IDisposable[] owned
    ) => (PolicyVersion, this.weights, this.export, this.owned) = (policyVersion, weights, export, owned);

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
        return export();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!disposed)
        {
            disposed = true;
            foreach (var part in owned)
            {
                part.Dispose();
            }
        }
    }
}
