using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Parameters;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Managed;

/// <summary>
/// Weights of one policy version that nobody changes. One that is published copies nothing until somebody reads it or the policy takes a
/// step; one that is shared is the policy itself, and ends with its next step.
/// </summary>
internal sealed class ManagedSnapshot : IPolicySnapshot
{
    private readonly SnapshotCopies? copies;
    private readonly bool isShared;
    private readonly Func<IReadOnlyList<NamedArray>>? export;
    private readonly IDisposable[] owned = [];
    private readonly RolloutWeights? rounded;
    private ParameterArray? array;
    private ForwardWeights weights;
    private bool isOwn;
    private bool ended;
    private bool disposed;

    /// <summary>Takes over weights of any architecture.</summary>
    internal ManagedSnapshot(int policyVersion, ModelShape shape, ParameterArray own)
    {
        (PolicyVersion, array, isOwn) = (policyVersion, own, true);
        weights = new ForwardWeights(shape, own);
    }

    /// <summary>Takes over weights in bf16.</summary>
    internal ManagedSnapshot(int policyVersion, RolloutWeights own)
    {
        (PolicyVersion, rounded) = (policyVersion, own);
        weights = new ForwardWeights(own);
    }

    /// <summary>The policy as it is.</summary>
    internal ManagedSnapshot(int policyVersion, ForwardWeights policy, SnapshotCopies copies, bool isShared)
    {
        (PolicyVersion, weights, array, this.copies, this.isShared) = (policyVersion, policy, policy.Array, copies, isShared);
        copies.Add(this);
    }

    /// <summary>Reads weights that are its engine's and never change, and takes over what is its own of them: an adapter.</summary>
    internal ManagedSnapshot(
        int policyVersion,
        ForwardWeights weights,
        Func<IReadOnlyList<NamedArray>> export,
        params IDisposable[] owned
    ) => (PolicyVersion, this.weights, array, this.export, this.owned) = (policyVersion, weights, weights.Array, export, owned);

    /// <inheritdoc/>
    public int PolicyVersion { get; }

    /// <summary>What a forward reads; of a published snapshot a copy.</summary>
    /// <exception cref="ObjectDisposedException">The snapshot was disposed.</exception>
    /// <exception cref="InvalidOperationException">It was shared, and the policy has taken a step since.</exception>
    internal ForwardWeights Weights
    {
        get
        {
            RequireUsable();
            if (!isShared)
            {
                copies?.MakeOwn(this);
            }

            return weights;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamedArray> Export()
    {
        RequireUsable();
        return export is not null ? export()
            : rounded is null ? array!.Export()
            : [.. rounded.Streams().Select(stream => stream.ToArray())];
    }

    /// <inheritdoc/>
    public IReadOnlyList<WeightStream> Streams()
    {
        RequireUsable();
        return export is not null ? [.. export().Select(WeightStream.Of)]
            : rounded is null ? array!.Streams()
            : rounded.Streams();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        rounded?.Dispose();
        copies?.Remove(this);
        foreach (var part in owned)
        {
            part.Dispose();
        }

        if (!isOwn)
        {
            return;
        }

        if (copies is null)
        {
            array!.Dispose();
        }
        else
        {
            copies.GiveBack(array!);
        }
    }

    /// <summary>The policy is about to change: a shared snapshot ends, another one copies what it has not yet.</summary>
    internal void Detach(Func<ParameterArray> copy)
    {
        if (isShared)
        {
            ended = true;
        }
        else if (!isOwn)
        {
            array = copy();
            weights = new ForwardWeights(weights.Shape, array);
            isOwn = true;
        }
    }

    private void RequireUsable()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (ended)
        {
            throw new InvalidOperationException($"Policy version {PolicyVersion} was shared and ended with the policy's next step.");
        }
    }
}

/// <summary>
/// The copies of a policy that its snapshots need: made when one is read or the policy changes, in memory that an earlier one gave back.
/// </summary>
internal sealed unsafe class SnapshotCopies(ParameterArray policy, Teams teams, int threads) : IDisposable
{
    private const nint FloatsPerTask = 1 << 20;

    private readonly Lock gate = new();
    private readonly List<ManagedSnapshot> current = [];
    private ParameterArray? spare;
    private bool disposed;

    internal void Add(ManagedSnapshot snapshot)
    {
        lock (gate)
        {
            current.Add(snapshot);
        }
    }

    internal void Remove(ManagedSnapshot snapshot)
    {
        lock (gate)
        {
            current.Remove(snapshot);
        }
    }

    /// <summary>Gives a snapshot of the policy as it is weights of its own.</summary>
    internal void MakeOwn(ManagedSnapshot snapshot)
    {
        lock (gate)
        {
            if (current.Remove(snapshot))
            {
                snapshot.Detach(Copy);
            }
        }
    }

    /// <summary>To be called before the policy changes.</summary>
    internal void BeforeChange()
    {
        lock (gate)
        {
            current.ForEach(snapshot => snapshot.Detach(Copy));
            current.Clear();
        }
    }

    /// <summary>Takes the memory of a snapshot that is gone.</summary>
    internal void GiveBack(ParameterArray array)
    {
        lock (gate)
        {
            if (spare is null && !disposed)
            {
                spare = array;
            }
            else
            {
                array.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            spare?.Dispose();
            spare = null;
        }
    }

    private ParameterArray Copy()
    {
        var copy = spare ?? new ParameterArray(policy.Layout);
        spare = null;
        nint length = policy.Layout.Length;
        return teams.With(
            threads,
            team =>
            {
                team.Run(
                    (int)((length + FloatsPerTask - 1) / FloatsPerTask),
                    (task, _) =>
                    {
                        nint first = task * FloatsPerTask;
                        VectorMath.Copy(policy.Pointer + first, copy.Pointer + first, Math.Min(FloatsPerTask, length - first));
                    }
                );
                return copy;
            }
        );
    }
}
