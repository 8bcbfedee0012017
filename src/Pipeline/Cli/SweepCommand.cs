using System.CommandLine;
using System.Globalization;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Sweep;
using Cppo.Pipeline.Sweep.Cells;
using Cppo.Pipeline.Sweep.Definition;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Cli;

/// <summary><c>sweep</c>: many runs that differ in some keys, and tables of what they come to.</summary>
internal sealed class SweepCommand : CliCommand
{
    private readonly Argument<string[]> files = new("sweep-files")
    {
        Description = "Sweep files (docs/sweeps.md has their keys); cells that they share are made once.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> seeds = new("--seeds")
    {
        Description = "Seeds in place of the files' own, e.g. 1 for a quick look.",
        HelpName = "1,2,3",
    };
    private readonly Option<string> output = new("--output")
    {
        Description = "Where results go, a directory a sweep.",
        HelpName = "DIRECTORY",
        DefaultValueFactory = _ => "runs/sweeps",
    };
    private readonly Option<string> cells = new("--cells")
    {
        Description = "Where runs lie, a directory a cell; those that have ended are not made again.",
        HelpName = "DIRECTORY",
        DefaultValueFactory = _ => "runs/cells",
    };
    private readonly Option<string?> document = new("--document")
    {
        Description = "A Markdown file with a place for each sweep (<!-- results NAME -->, <!-- end NAME -->), where results are put, too.",
        HelpName = "FILE",
    };
    private readonly Option<bool> schema = new("--schema") { Description = "Print the JSON schema of sweep files instead." };
    private readonly CliContext context;

    public SweepCommand(CliContext context)
        : base("sweep", "Train many runs that differ in some keys, and compare them in tables.")
    {
        this.context = context;
        Add(files);
        Option[] options = [seeds, output, cells, document, schema];
        foreach (var option in options)
        {
            Add(option);
        }

        SetAction((line, _) => ExecuteAsync(line));
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("sweep recipes/tables/table1.json", "GRPO against CPPO keeping 8, 4, 2 and 1 of 16, three seeds each"),
            ("sweep recipes/tables/table1.json --seeds 1", "the same with one seed"),
            ("sweep recipes/tables/table1.json recipes/tables/table4.json", "two tables, which share cells"),
        ];

    private async Task<int> ExecuteAsync(ParseResult line)
    {
        if (line.GetValue(schema))
        {
            await context.Output.WriteAsync(SweepFile.Schema);
            return ExitCodes.Done;
        }

        string[] paths = line.GetValue(files) ?? [];
        if (paths.Length == 0)
        {
            throw new UsageException("sweep needs a sweep file, e.g. recipes/tables/table1.json.");
        }

        var sweeps = SweepFiles.Load(paths);
        var settings = new SweepSettings
        {
            CellsDirectory = line.GetValue(cells)!,
            OutputDirectory = line.GetValue(output)!,
            Seeds = Seeds(line.GetValue(seeds)),
            Document = line.GetValue(document),
        };
        var notices = context.Error as NoticeWriter;
        var progress = new SweepProgress(notices?.Stream ?? context.Error, Terminal.ErrorWidth, TimeProvider.System);
        using var throughProgress = notices?.Through(progress.Line);
        var outcome = await new SweepRun(settings, context.Output, progress).RunAsync(sweeps, context.Stop.Graceful, context.Stop.Hard);
        return outcome.IsStopped ? ExitCodes.Interrupted
            : outcome.NumFailed > 0 ? ExitCodes.Failed
            : ExitCodes.Done;
    }

    private static int[]? Seeds(string? text)
    {
        if (text is null)
        {
            return null;
        }

        int[] values =
        [
            .. text.Split(',', StringSplitOptions.TrimEntries)
                .Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int seed) ? seed : -1),
        ];
        return values.All(seed => seed >= 0) && values.Distinct().Count() == values.Length
            ? values
            : throw new UsageException($"--seeds is \"{text}\"; give different integers of at least 0, separated by commas, e.g. 1,2,3.");
    }
}
