using Cppo.Model.Collectives;
using Cppo.Pipeline.Collectives.Mpi;
using Cppo.Pipeline.Collectives.Sockets;

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

    /// <summary>
    /// The same for a run, whose processes may have been started without MPI, with the variables of <see cref="SocketPlace"/>: then NCCL
    /// sums gradients between their GPUs, and all else goes by sockets.
    /// </summary>
    /// <param name="limit">As above.</param>
    /// <param name="collective">What <c>update.collective</c> says; asked where the variables are set.</param>
    /// <param name="read">The environment.</param>
    /// <exception cref="Files.UsageException">As above; or the variables are set, and the run does not use NCCL.</exception>
    public static ICollective Open(TimeSpan limit, Func<string> collective, Func<string, string?> read) =>
        Launcher.Detect(read) is { Size: > 1 } || SocketPlace.Detect(read) is not { } place ? Open(limit)
        : collective() == "nccl" ? SocketCollective.Of(SocketWorld.Start(place, limit, Quit.With))
        : throw new Files.UsageException(
            $"this process is rank {place.Rank} of {place.Size} ({SocketPlace.RankVariable}, {SocketPlace.SizeVariable}), but no launcher "
                + $"of MPI started it; start the run with mpirun -n {place.Size}, set update.collective to nccl for GPUs without MPI, or "
                + $"unset {SocketPlace.SizeVariable} for a run of one process."
        );
}
