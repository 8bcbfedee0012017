using System.CommandLine;
using System.CommandLine.Parsing;
using Cppo.Model.Collectives;
using Cppo.Pipeline.Collectives;
using Cppo.Pipeline.Hub;

namespace Cppo.Pipeline.Cli;

/// <summary>Where a command writes, and how it is asked to stop.</summary>
/// <param name="Input">What is piped in.</param>
/// <param name="Output">Results.</param>
/// <param name="Error">Notices and faults.</param>
/// <param name="Stop">Ctrl-C and SIGTERM.</param>
internal sealed record CliContext(TextReader Input, TextWriter Output, TextWriter Error, StopSignals Stop)
{
    /// <summary>Where the hub is; null: as the environment says.</summary>
    public HubEnvironment? Hub { get; init; }

    /// <summary>
    /// Finds the processes of a command that several do together; called once. Gets what says <c>update.collective</c>, null where the
    /// command does not train.
    /// </summary>
    public Func<Func<string>?, ICollective> OpenRanks { get; init; } =
        collective =>
            collective is null
                ? Ranks.Open(Ranks.DefaultLimit)
                : Ranks.Open(Ranks.DefaultLimit, collective, Environment.GetEnvironmentVariable);

    /// <summary>Whether a person types the input. Nobody reads a sign that asks for it where it is piped in.</summary>
    public bool IsAtTerminal => ReferenceEquals(Input, Console.In) && !Console.IsInputRedirected;

    /// <summary>
    /// The next line of the input; null at its end. A thread that waits for a terminal or a pipe cannot be stopped, so it is left behind.
    /// </summary>
    /// <exception cref="OperationCanceledException">A stop was requested.</exception>
    public async Task<string?> ReadLineAsync()
    {
        Stop.Graceful.ThrowIfCancellationRequested();
        return await Task.Run(Input.ReadLine, CancellationToken.None).WaitAsync(Stop.Graceful);
    }
}

/// <summary>A subcommand: its options, its examples and a call to the class that does the work.</summary>
internal abstract class CliCommand(string name, string description) : Command(name, description)
{
    /// <summary>Command lines without the program's name, each with what it does.</summary>
    public abstract IReadOnlyList<(string Line, string Does)> Examples { get; }

    /// <summary>Whether several processes that a launcher started do it together; else it refuses to be started so.</summary>
    public virtual bool TakesRanks => false;

    /// <summary>A rule about several arguments and options; only where each of them alone is right.</summary>
    protected void AddRule(Action<CommandResult> rule) =>
        Validators.Add(line =>
        {
            try
            {
                rule(line);
            }
            catch (InvalidOperationException)
            {
                // The value of a wrong option cannot be read, and what is wrong with it is not known yet: the parser says it afterwards.
            }
        });
}
