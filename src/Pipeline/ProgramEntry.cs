using Cppo.Pipeline.Cli;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline;

/// <summary>
/// The whole program, for a program of one's own that is more than it: one that brings the engine on TorchSharp, say.
/// </summary>
/// <example><code>return await Cppo.Pipeline.ProgramEntry.RunAsync(args);</code></example>
public static class ProgramEntry
{
    /// <summary>
    /// Does what a command line says, on the console's streams; takes over Ctrl-C and SIGTERM. What can go wrong ends as a sentence on
    /// the error stream and an exit code, not as an exception.
    /// </summary>
    /// <param name="args">The command line without the program's name. Example: <c>["pipeline.json", "--set", "run.seed=2"]</c>.</param>
    /// <returns>The exit code, as docs/command-line.md lists them: 0 done, 2 a mistake in what was given.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        ArgumentNullException.ThrowIfNull(args);
        using var notices = new NoticeWriter(Console.Error, isTerminal: !Console.IsErrorRedirected);
        using var stop = StopSignals.Listen(notices, LastResort.Leave);

        // What is piped on or goes to a file is text as it is; a terminal would obey the codes in it.
        var output = Console.IsOutputRedirected ? Console.Out : new TerminalWriter(Console.Out);
        return await CommandLine.RunAsync(args, new CliContext(Console.In, output, notices, stop));
    }
}
