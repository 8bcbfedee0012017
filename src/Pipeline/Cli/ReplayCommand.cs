using System.CommandLine;
using Cppo.Pipeline.Replay;

namespace Cppo.Pipeline.Cli;

/// <summary><c>replay</c>: makes an update of a run again and compares it with what was recorded.</summary>
internal sealed class ReplayCommand : CliCommand
{
    private readonly Argument<string> directory = new("run-directory") { Description = "Directory of a run, e.g. runs/default." };
    private readonly Option<int> step = new Option<int>("--step")
    {
        Description = "The update: the step of its line in metrics.jsonl, from 0.",
        HelpName = "N",
        Required = true,
    }.AtLeast(0);
    private readonly Option<bool> json = new("--json") { Description = "Print an object of JSON in place of the table." };

    public ReplayCommand(CliContext context)
        : base(
            "replay",
            "Make an update of a run again, from its rows and the checkpoint before it, and compare weights, loss and gradient norm with "
                + "what was recorded. Ends with 0 where all is equal, with 1 where not."
        )
    {
        Add(directory);
        Add(step);
        Add(json);
        SetAction(
            async (line, _) =>
            {
                var result = await RunReplay.ExecuteAsync(
                    line.GetRequiredValue(directory),
                    line.GetValue(step),
                    context.Error.WriteLine,
                    context.Stop.Graceful
                );
                foreach (string row in line.GetValue(json) ? [result.ToJson().ToJsonString()] : result.Lines())
                {
                    await context.Output.WriteLineAsync(row);
                }

                return result.IsEqual ? ExitCodes.Done : ExitCodes.Failed;
            }
        );
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("replay runs/default --step 12", "makes update 12 again and prints what was recorded beside what it gives now"),
            ("replay runs/default --step 12 --json", "prints the same as JSON, for a script"),
        ];
}
