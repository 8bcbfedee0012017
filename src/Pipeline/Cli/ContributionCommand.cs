using System.CommandLine;
using Cppo.Pipeline.Analysis;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Models;
using Cppo.Pipeline.Run;

namespace Cppo.Pipeline.Cli;

/// <summary><c>contribution</c>: how a completion's advantage and its gradient hang together (section 3.2 of the paper).</summary>
internal sealed class ContributionCommand : CliCommand
{
    private const string Place = "contribution";
    private readonly PipelineFileOptions pipeline = new();
    private readonly Option<int> updates = new Option<int>("--updates")
    {
        Description = "Batches to measure; the policy is trained on each, as in a run.",
        HelpName = "N",
        DefaultValueFactory = _ => 2,
    }.AtLeast(1);
    private readonly Option<int> questions = new Option<int>("--questions")
    {
        Description = "Questions of a batch, of which all completions are measured.",
        HelpName = "N",
        DefaultValueFactory = _ => 4,
    }.AtLeast(1);
    private readonly Option<string?> model = new("--model")
    {
        Description = "Measure this run's, checkpoint's or directory's model; the reference stays the pipeline file's.",
        HelpName = "MODEL",
    };
    private readonly Option<string?> output = new("--output")
    {
        Description = "Directory of the files. [default: the run's name with -contribution, in run.directory]",
        HelpName = "DIR",
    };
    private readonly Option<string?> document = new("--document")
    {
        Description =
            $"A Markdown file with a place for the tables (<!-- results {Place} -->, <!-- end {Place} -->), where they are put, too.",
        HelpName = "FILE",
    };
    private readonly CliContext context;

    public ContributionCommand(CliContext context)
        : base("contribution", "Measure each completion's gradient against its advantage.")
    {
        this.context = context;
        pipeline.AddTo(this);
        Option[] options = [updates, questions, model, output, document];
        foreach (var option in options)
        {
            Add(option);
        }

        SetAction(ExecuteAsync);
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("contribution pipeline.json", "measures 128 completions of the embedded default before each pass"),
            ("contribution pipeline.json --model runs/default --updates 1", "measures what a run has trained"),
        ];

    private async Task ExecuteAsync(ParseResult line, CancellationToken _)
    {
        var config = ConfigLoader.Load(pipeline.Path(line), pipeline.Overrides(line, [], []), PathRules.WithoutTest);
        if (line.GetValue(model) is { } trained)
        {
            var place = ModelPlace.Find(trained, context.Error.WriteLine);
            await context.Error.WriteLineAsync($"model: {place.Description}");
            string reference = config.Model.Reference.Path.Length > 0 ? config.Model.Reference.Path : config.Model.Path;
            config = place.In(config with { Model = config.Model with { Reference = config.Model.Reference with { Path = reference } } });
        }

        var page = line.GetValue(document) is { } path ? DocumentFile.Open(path, Place) : null;
        string directory = line.GetValue(output) ?? Path.Combine(config.Run.Directory, $"{config.Run.Name}-contribution");
        var run = new ContributionRun(config, line.GetValue(updates), line.GetValue(questions), context.Error.WriteLine);
        run.RequireSchedule();
        LineFile.RequireDirectory("--output", directory);
        var report = ContributionReport.Of(config.Model.Path, config.Run.Seed, await run.MeasureAsync(context.Stop.Graceful));
        report.WriteTo(directory);
        page?.WriteFigure($"{Place}.svg", report.Chart());
        page?.Write(Place, [.. report.Markdown().Skip(2), "", $"![{Place}]({DocumentFile.LinkTo($"{Place}.svg")})"]);
        LineFile.Write(null, context.Output, report.Markdown());
        await context.Output.WriteLineAsync($"\n{directory}: {ContributionReport.CsvFile}, {ContributionReport.ChartFile} and the numbers");
    }
}
