using System.CommandLine;
using Cppo.Model.Files;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Run;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Cli;

/// <summary><c>report</c>: writes the report of a run anew, finished or not.</summary>
internal sealed class ReportCommand : CliCommand
{
    private readonly Argument<string> directory = new("run-directory") { Description = "Directory of a run, e.g. runs/default." };

    public ReportCommand(CliContext context)
        : base("report", $"Write {RunReport.FileName} of a run from its files.")
    {
        Add(directory);
        SetAction(line => context.Output.WriteLine(Write(line.GetRequiredValue(directory))));
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [("report runs/default", "writes runs/default/report.html and prints its path")];

    private static string Write(string run)
    {
        if (!File.Exists(Path.Combine(run, MetricsWriter.UpdatesFile)))
        {
            throw new UsageException(
                $"{run} holds no {MetricsWriter.UpdatesFile}, so it is no run's directory; name one, e.g. runs/default."
            );
        }

        try
        {
            return RunReport.Write(run, steps => ReportSample.Read(run, steps));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{Path.Combine(run, RunReport.FileName)} cannot be written: {FileFault.Reason(error)}.");
        }
    }
}
