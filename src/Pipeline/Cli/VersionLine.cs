using System.CommandLine;
using System.CommandLine.Invocation;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Cli;

/// <summary><c>--version</c>: the program's name and version, <c>Cppo.Pipeline 0.2.0</c>.</summary>
internal sealed class VersionLine : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"Cppo.Pipeline {ProgramVersion.Text}");
        return ExitCodes.Done;
    }
}
