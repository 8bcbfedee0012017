using Cppo.Model.Engine;

namespace Cppo.Pipeline.Run;

/// <summary>
/// The published policy versions that can still be generated with, one snapshot per rollout device each. The graph never asks for a
/// version that is older than the last <c>maxStaleness + 1</c>.
/// </summary>
internal sealed class PolicyVersions(int numKept) : IDisposable
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<int, IPolicySnapshot[]> byVersion = [];

    /// <summary>Adds a version and disposes those that fall out.</summary>
    public void Publish(int version, IPolicySnapshot[] snapshots)
    {
        lock (gate)
        {
            byVersion.Add(version, snapshots);
            while (byVersion.Count > numKept)
            {
                int oldest = byVersion.Keys.First();
                DisposeAll(byVersion[oldest]);
                byVersion.Remove(oldest);
            }
        }
    }

    /// <summary>A version's snapshot on a rollout device.</summary>
    public IPolicySnapshot Get(int version, int device)
    {
        lock (gate)
        {
            return byVersion.TryGetValue(version, out var snapshots)
                ? snapshots[device]
                : throw new InvalidOperationException(
                    $"Policy version {version} is not at hand; there are {string.Join(", ", byVersion.Keys)}."
                );
        }
    }

    public void Dispose()
    {
        foreach (var snapshots in byVersion.Values)
        {
            DisposeAll(snapshots);
        }

        byVersion.Clear();
    }

    private static void DisposeAll(IPolicySnapshot[] snapshots)
    {
        foreach (var snapshot in snapshots.Distinct())
        {
            snapshot.Dispose();
        }
    }
}
