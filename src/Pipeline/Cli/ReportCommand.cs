using System.CommandLine;
using Cppo.Model.Files;
using Cppo.Pipeline.Browse;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Cli;

/// <summary><c>report</c>: the page of <c>view</c> about some runs as one file.</summary>
internal sealed class ReportCommand : CliCommand
{
    private const int UsualMegabytes = 8;

    private readonly Argument<string[]> places = new("runs")
    {
        Description = "Directories of runs, of sweeps' results, or directories that hold some.",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<string?> output = new("--output")
    {
        Description = $"The file; without it {RunReport.FileName} in the directory, where one is named.",
        HelpName = "FILE",
    };
    private readonly Option<int?> size = new Option<int?>("--size")
    {
        Description = $"Megabytes that the file may have, about; completions beyond are left out. Default: {UsualMegabytes}.",
        HelpName = "MB",
    }.Within(1, 1024);

    public ReportCommand(CliContext context)
        : base("report", "Write the page of view about some runs as one file, to look at offline.")
    {
        Add(places);
        Add(output);
        Add(size);
        SetAction(line =>
        {
            string[] stated = line.GetRequiredValue(places);
            string path = Write(context, stated, line.GetValue(output), (long)(line.GetValue(size) ?? UsualMegabytes) << 20);
            context.Output.WriteLine(path);
        });
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("report runs/default", "writes runs/default/report.html and prints its path"),
            ("report runs/default runs/second --output both.html --size 20", "writes both runs to one file of at most some 20 MB"),
        ];

    private static string Write(CliContext context, string[] places, string? output, long bytes)
    {
        var catalogue = RunCatalogue.Open(places);
        string path =
            output
            ?? (
                places.Length == 1
                && catalogue.Runs.Count == 1
                && catalogue.Runs[0].Directory == Path.TrimEndingDirectorySeparator(places[0])
                    ? Path.Combine(places[0], RunReport.FileName)
                    : throw new UsageException("Say with --output FILE where the report of these runs goes.")
            );
        if (output is not null)
        {
            LineFile.RequireWritable("--output", output);
        }

        try
        {
            var report = new RunReport(catalogue, bytes, PageBundle.Carried, context.Error.WriteLine);
            report.Write(path, context.Stop.Graceful);
            return path;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path} cannot be written: {FileFault.Reason(error)}; name another file with --output.");
        }
    }
}
