using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Cli;

/// <summary>The usual help, followed by the command's examples.</summary>
internal sealed class ExamplesHelp(HelpAction usual, IReadOnlyList<(string Line, string Does)> ofRoot) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => usual.ClearsParseErrors;

    public override int Invoke(ParseResult parseResult)
    {
        // A subcommand does not take the arguments of the command that it stands under.
        foreach (var argument in parseResult.CommandResult.Command.Parents.OfType<Command>().SelectMany(parent => parent.Arguments))
        {
            argument.Hidden = true;
        }

        int result = usual.Invoke(parseResult);
        var examples = parseResult.CommandResult.Command is CliCommand command ? command.Examples : ofRoot;
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var (line, does) in examples)
        {
            output.WriteLine($"  {ProgramCall.Of(line)}{Environment.NewLine}      {does}");
        }

        output.WriteLine();
        return result;
    }
}
