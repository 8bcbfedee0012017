using System.Collections.Concurrent;
using Cppo.Model.Engine;

namespace Cppo.Model.Managed.Threads;

/// <summary>
/// Teams of threads on shared cores. Rollouts and updates that run at the same time each have a team of their own; the next call uses it
/// again.
/// </summary>
internal sealed class Teams(CoreBudget cores) : IDisposable
{
    private readonly ConcurrentDictionary<int, ConcurrentBag<Team>> idle = [];

    /// <summary>Lends a team of <paramref name="threads"/> threads, the caller among them, for one call, which waits for a core.</summary>
    internal T With<T>(int threads, Func<Team, T> work)
    {
        var rested = idle.GetOrAdd(threads, static _ => []);
        cores.TakeForCall();
        try
        {
            var team = rested.TryTake(out var one) ? one : new Team(threads, cores);
            try
            {
                return work(team);
            }
            finally
            {
                rested.Add(team);
            }
        }
        finally
        {
            cores.Give();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var team in idle.Values.SelectMany(teams => teams))
        {
            team.Dispose();
        }

        idle.Clear();
    }
}
