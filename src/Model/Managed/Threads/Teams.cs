using System.Collections.Concurrent;

namespace Cppo.Model.Managed.Threads;

/// <summary>
/// Teams of threads. Rollouts and updates that run at the same time each have a team of their own; the next call uses it again.
/// </summary>
internal sealed class Teams : IDisposable
{
    private readonly ConcurrentDictionary<int, ConcurrentBag<Team>> idle = [];

    /// <summary>Lends a team of <paramref name="threads"/> threads, the caller among them, for one call.</summary>
    internal T With<T>(int threads, Func<Team, T> work)
    {
        var rested = idle.GetOrAdd(threads, static _ => []);
        var team = rested.TryTake(out var one) ? one : new Team(threads);
        try
        {
            return work(team);
        }
        finally
        {
            rested.Add(team);
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
