using System.CommandLine;
using Cppo.Pipeline.Bench;

namespace Cppo.Pipeline.Cli.Bench;

/// <summary><c>bench overlap</c>: steps with rollouts beside updates against steps in alternation.</summary>
internal sealed class BenchOverlapCommand : CliCommand
{
    private readonly PipelineFileOptions pipeline = new();

    private readonly Option<int> updates = new Option<int>("--updates")
    {
        Description = $"Timed updates of a turn, after {OverlapBench.WarmUp} that are not timed; their medians count.",
        HelpName = "N",
        DefaultValueFactory = _ => 24,
    }.AtLeast(1);

    private readonly Option<int> rounds = new Option<int>("--rounds")
    {
        Description = "Rounds of one turn each way; the median of their ratios counts.",
        HelpName = "N",
        DefaultValueFactory = _ => 9,
    }.AtLeast(1);

    private readonly CliContext context;

    public BenchOverlapCommand(CliContext context)
        : base("overlap", "Compare steps with rollouts beside the update (max staleness 1) with steps in alternation (0).")
    {
        this.context = context;
        pipeline.AddTo(this);
        Add(updates);
        Add(rounds);
        SetAction((line, _) => ExecuteAsync(line));
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("bench overlap pipeline.json", "takes nine rounds; nothing is learned, so both ways do the same work"),
            ("bench overlap pipeline.json --rounds 25 --updates 12", "takes more and shorter rounds, for a machine that others use"),
        ];

    private async Task<int> ExecuteAsync(ParseResult line)
    {
        var bench = new OverlapBench(pipeline.Load(line), line.GetValue(updates), line.GetValue(rounds), context.Error.WriteLine);
        var turns = await bench.RunAsync(context.Stop.Graceful);
        context.Print(OverlapBench.ToTable(turns), OverlapBench.ToJson(turns));
        return ExitCodes.Done;
    }
}
