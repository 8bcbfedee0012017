using System.CommandLine;
using Cppo.Pipeline.Collectives.Mpi;
using Cppo.Pipeline.Distributed;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Cli;

/// <summary>What a command does as one of several processes that a launcher started: they begin together, and none outlives
/// another.</summary>
internal static class RankedCommand
{
    /// <summary>How much longer the others wait with a fault: one that all have is said by the first process, which ends them.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(1);

    /// <summary>Does the work of a command; where it fails on one of several processes, that one says so and ends all.</summary>
    /// <param name="context">Where faults are said, and how the processes find one another.</param>
    /// <param name="line">The command line.</param>
    /// <param name="work">Returns the exit code.</param>
    /// <param name="collective">
    /// What <c>update.collective</c> says, where the command trains; null: only a launcher of MPI makes several processes of it.
    /// </param>
    public static async Task<int> RunAsync(
        CliContext context,
        ParseResult line,
        Func<RunRanks, Task<int>> work,
        Func<string>? collective = null
    )
    {
        using var ranks = new RunRanks(context.OpenRanks(collective));
        try
        {
            return await work(ranks);
        }
        catch (Exception fault) when (!ranks.IsAlone)
        {
            if (!ranks.IsWriter)
            {
                await Task.Delay(Later, CancellationToken.None);
            }

            var failure = Failure.Of(fault, context.Stop, line.GetValue<bool>(Failure.VerboseOption));
            await new RankNotices(context.Error, ranks.Rank).WriteLineAsync(failure.Message);
            await context.Error.FlushAsync(CancellationToken.None);
            ranks.Updates.Abort(failure.ExitCode);
            return failure.ExitCode;
        }
    }

    /// <summary>Refuses a command that is not made for several processes, each of which would do the same, to the same files.</summary>
    /// <exception cref="UsageException">A launcher started several.</exception>
    public static void RequireOneProcess(string command, Func<string, string?> environment)
    {
        if (Launcher.Detect(environment) is { Size: > 1 } launcher)
        {
            throw new UsageException(
                $"{command} runs as one process, and {launcher.Name} started {launcher.Size} ({launcher.Variable}); start it without the "
                    + "launcher. train is what several processes do together."
            );
        }
    }
}
