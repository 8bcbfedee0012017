using System.CommandLine;
using Cppo.Pipeline.Bench;

namespace Cppo.Pipeline.Cli.Bench;

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

    private readonly Option<int> questions = new Option<int>("--questions")
    {
        Description =
            $"Timed questions of each way, in turns that begin with {StepBench.WarmUp} updates that are not timed; medians count.",
        HelpName = "N",
        DefaultValueFactory = _ => 960,
    }.AtLeast(1);

    private readonly Option<StepComparison[]> same = new("--same")
    {
        Description =
            "What the updates of all ways have in common: their capacity, so that pruning makes room for further questions, or their "
            + "questions; may be given twice.",
        HelpName = "capacity|questions",
        DefaultValueFactory = _ => [StepComparison.Capacity, StepComparison.Questions],
    };

    private readonly CliContext context;

    public BenchStepCommand(CliContext context)
        : base("step", "Compare whole steps of GRPO and CPPO over the same questions; nothing is learned.")
    {
        this.context = context;
        pipeline.AddTo(this);
        Add(keep);
        Add(questions);
        Add(same);
        SetAction((line, _) => ExecuteAsync(line));
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("bench step pipeline.json", "keeps all, 2 and 1 of 16 completions"),
            (
                "bench step pipeline.json --same questions --keep 4 --questions 80 --set update.maxStaleness=1",
                "keeps all and 4, with rollouts beside updates"
            ),
        ];

    private async Task<int> ExecuteAsync(ParseResult line)
    {
        var config = pipeline.Load(line);
        foreach (var comparison in line.GetValue(same)!.Distinct())
        {
            var bench = new StepBench(config, comparison, line.GetValue(questions), context.Error.WriteLine);
            var times = await bench.RunAsync(line.GetValue(keep)!, context.Stop.Graceful);
            context.Print(bench.ToTable(times), bench.ToJson(times));
        }

        return ExitCodes.Done;
    }
}
