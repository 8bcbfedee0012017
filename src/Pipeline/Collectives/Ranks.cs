using Cppo.Model.Collectives;
using Cppo.Pipeline.Collectives.Mpi;

namespace Cppo.Pipeline.Collectives;

/// <summary>How the processes of a run find one another.</summary>
internal static class Ranks
{
    /// <summary>What a rank waits for the others by default: longer than a checkpoint or an evaluation of the slowest one.</summary>
    public static readonly TimeSpan DefaultLimit = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The ranks that a launcher started, by MPI; one process where none did, for which nothing is loaded. Called once a process, by all
    /// ranks; the object is disposed last, after its duplicates.
    /// </summary>
    /// <param name="limit">How long a call may wait without anything arriving from other ranks.</param>
    /// <exception cref="Files.UsageException">The launcher and the library do not belong together, or there is no library.</exception>
    public static ICollective Open(TimeSpan limit) =>
        Launcher.Detect(Environment.GetEnvironmentVariable) is { Size: > 1 } launcher
            ? MpiCollective.Of(MpiWorld.Start(launcher, limit))
            : new SingleCollective();
}
