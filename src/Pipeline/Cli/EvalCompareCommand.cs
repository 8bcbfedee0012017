using System.CommandLine;
using Cppo.Pipeline.Evaluation;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Cli;

/// <summary><c>eval compare</c>: two results on the same questions.</summary>
internal sealed class EvalCompareCommand : CliCommand
{
    private readonly Argument<string> first = new("first") { Description = "Result of eval --output to compare with." };
    private readonly Argument<string> second = new("second")
    {
        Description = "The other result; differences are this one minus the first.",
    };
    private readonly Option<string?> output = new("--output")
    {
        Description = "Write the comparison as JSON to this file instead of the standard output's last line.",
        HelpName = "PATH",
    };
    private readonly CliContext context;

    public EvalCompareCommand(CliContext context)
        : base("compare", "Compare two results question by question.")
    {
        this.context = context;
        Add(first);
        Add(second);
        Add(output);
        SetAction(Execute);
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [("eval compare base.json trained.json", "says how much the trained model gained, and whether that is more than chance")];

    private void Execute(ParseResult line)
    {
        var comparisons = EvaluationComparison.OfAll(Read(line.GetRequiredValue(first)), Read(line.GetRequiredValue(second)));
        LineFile.Write(null, context.Output, comparisons.Select(EvaluationTable.Lines).SelectMany(lines => lines.Append("")));
        LineFile.Write(line.GetValue(output), context.Output, [EvaluationJson.Write(comparisons)]);
    }

    private static StoredEvaluation[] Read(string path) => EvaluationFile.Parse(path, string.Join('\n', LineFile.Read(path)));
}
