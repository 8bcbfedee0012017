using System.CommandLine;
using Cppo.Pipeline.Bench;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Cli.Bench;

/// <summary><c>bench view</c>: how fast <c>view</c> answers about a large run.</summary>
internal sealed class BenchViewCommand : CliCommand
{
    private readonly Argument<string> directory = new("directory") { Description = "A run's directory; with --make it is made." };
    private readonly Option<bool> make = new("--make") { Description = "Make a run of made-up completions there, and measure nothing." };
    private readonly Option<int> groups = Count("--groups", "Groups of the run that is made.", 100_000);
    private readonly Option<int> updates = Count("--updates", "Its updates, a file each.", 400);
    private readonly Option<int> group = Count("--group", "Its completions a group.", 8);
    private readonly Option<int> completion = Count("--completion", "Tokens of its longest completion.", 64);
    private readonly Option<int> repeat = Count("--repeat", "Timed turns after a warm-up; the median counts.", 5);

    public BenchViewCommand(CliContext context)
        : base("view", "Measure how fast view answers about a run, and what memory that takes.")
    {
        Add(directory);
        foreach (var option in new Option[] { make, groups, updates, group, completion, repeat })
        {
            Add(option);
        }

        SetAction(
            async (line, _) =>
            {
                string place = line.GetRequiredValue(directory);
                if (line.GetValue(make))
                {
                    await MakeAsync(line, place, context.Stop.Graceful);
                    await context.Output.WriteLineAsync(place);
                    return;
                }

                var result = await ViewBench.RunAsync(place, line.GetValue(repeat), context.Error.WriteLine, context.Stop.Graceful);
                context.Print(result.Describe(), result.ToJson());
            }
        );
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("bench view artifacts/view-run --make", "makes a run of 100,000 groups"),
            ("bench view artifacts/view-run", "measures pages about it"),
        ];

    private async Task MakeAsync(ParseResult line, string place, CancellationToken stop)
    {
        if (RunConfigFile.IsIn(place))
        {
            throw new UsageException($"{place} already holds a run; remove it, or name another directory.");
        }

        LineFile.RequireDirectory("directory", place);
        int count = line.GetValue(groups);
        var run = new ViewRun(count, Math.Min(line.GetValue(updates), count), line.GetValue(group), line.GetValue(completion));
        await run.WriteAsync(place, stop);
    }

    private static Option<int> Count(string name, string description, int value) =>
        new Option<int>(name)
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => value,
        }.AtLeast(1);
}
