using Cppo.Model.Engine;
using Cppo.Model.Managed.Adapters;
using Cppo.Model.Managed.Parameters;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Managed;

/// <summary>What differs where an adapter is trained: the base never changes, and every snapshot reads it.</summary>
internal sealed partial class ManagedEngine
{
    /// <inheritdoc/>
    public IPolicySnapshot PublishBase(int policyVersion) =>
        adapter is null
            ? throw new InvalidOperationException("The engine has no adapter.")
            : new ManagedSnapshot(policyVersion, new ForwardWeights(shape, weights), weights.Export);

    /// <summary>The base with an adapter's values, which the snapshot takes over.</summary>
    private ManagedSnapshot Snapshot(int policyVersion, AdapterArray values)
    {
        var factors = new AdapterWeights(values.Layout, hasBack: false);
        InTeam(team => factors.Pack(values, team));
        return new ManagedSnapshot(policyVersion, new ForwardWeights(shape, weights, factors), values.Export, factors, values);
    }

    private void InTeam(Action<Team> work) =>
        teams.With(
            updateThreads,
            team =>
            {
                work(team);
                return true;
            }
        );
}
