using System.CommandLine;
using Cppo.Pipeline.Replay;

namespace Cppo.Pipeline.Cli;

/// <summary><c>bisect</c>: where two runs begin to differ.</summary>
internal sealed class BisectCommand : CliCommand
{
    private readonly Argument<string> first = new("run-a") { Description = "Directory of a run, e.g. runs/default." };
    private readonly Argument<string> second = new("run-b") { Description = "Directory of another run." };
    private readonly Option<bool> json = new("--json") { Description = "Print an object of JSON in place of the paragraph." };

    public BisectCommand(CliContext context)
        : base(
            "bisect",
            "Find the first update, question, completion and token at which two runs differ, and in what. Ends with 0 where they are "
                + "equal, with 1 where not."
        )
    {
        Add(first);
        Add(second);
        Add(json);
        SetAction(
            async (line, _) =>
            {
                var result = await RunBisect.ExecuteAsync(
                    line.GetRequiredValue(first),
                    line.GetRequiredValue(second),
                    context.Stop.Graceful
                );
                await context.Output.WriteLineAsync(line.GetValue(json) ? result.ToJson().ToJsonString() : result.Describe());
                return result.IsEqual ? ExitCodes.Done : ExitCodes.Failed;
            }
        );
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("bisect runs/default runs/second", "says at which token of which completion the two begin to differ"),
            ("bisect runs/default machine-b/runs/default --json", "compares a run with the same one of another machine, for a script"),
        ];
}
