using System.CommandLine;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Sweep.Results;

namespace Cppo.Pipeline.Cli;

/// <summary><c>kinds</c>: the four kinds of a run's completions, before and after pruning.</summary>
internal sealed class KindsCommand : CliCommand
{
    private readonly Argument<string[]> runs = new("run-directories")
    {
        Description = "Directories of runs, e.g. runs/default; those of several are counted together.",
        Arity = ArgumentArity.OneOrMore,
    };

    public KindsCommand(CliContext context)
        : base("kinds", "Count a run's completions by format and answer, before and after pruning (table 3 of the paper).")
    {
        Add(runs);
        SetAction(line => LineFile.Write(null, context.Output, KindTable.Lines(KindTable.Of(line.GetRequiredValue(runs)))));
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [("kinds runs/default", "prints numbers, shares and mean advantages of the four kinds")];
}
