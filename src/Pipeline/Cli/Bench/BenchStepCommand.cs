using System.CommandLine;
using Cppo.Pipeline.Bench;

namespace Cppo.Pipeline.Cli;

/// <summary><c>bench step</c>: whole steps of a pipeline file, GRPO's against CPPO's.</summary>
internal sealed class BenchStepCommand : CliCommand
{
    private readonly PipelineFileOptions pipeline = new();
    private readonly Option<int[]> keep = new("--keep")
    {
        Description = "Completions that CPPO keeps of each question; may be given often.",
        HelpName = "N",
        DefaultValueFactory = _ => [2, 1],
    };

    private readonly Option<int> updates = new Option<int>("--updates")
    {
        Description = $"Timed updates of each way, in turns that begin with {StepBench.WarmUp} that are not timed; medians count.",
        HelpName = "N",
        DefaultValueFactory = _ => 30,
    }.AtLeast(1);

    private readonly CliContext context;

    public BenchStepCommand(CliContext context) : base("step", "Compare whole steps of GRPO and CPPO over the same questions; nothing is learned.")
    {
        this.context = context;
        pipeline.AddTo(this);
        Add(keep);
        Add(updates);
        SetAction((line, _) => ExecuteAsync(line));
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("bench step pipeline.json", "keeps all, 2 and 1 of 16 completions"),
        ("bench step pipeline.json --keep 4 --updates 5 --set update.maxStaleness=1", "keeps all and 4, with rollouts beside updates"),
    ];

    private async Task<int> ExecuteAsync(ParseResult line)
    {
        var bench = new StepBench(pipeline.Load(line), line.GetValue(updates), context.Error.WriteLine);
        var times = await bench.RunAsync(line.GetValue(keep)!, context.Stop.Graceful);
        foreach (string row in StepBench.ToTable(times))
            await context.Output.WriteLineAsync(row);
        await context.Output.WriteLineAsync(StepBench.ToJson(times));
        return ExitCodes.Done;
    }
}
