using Cppo.Pipeline.Cli;
using Cppo.Pipeline.Tests.Run;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Cli;

/// <summary>How a run's outcome becomes an exit code.</summary>
[Collection(RunsCollection.Name)]
public sealed class TrainCommandTests(SmallModel model) : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [RunTheory]
    [InlineData(false, 0)]
    [InlineData(true, 130)]
    public async Task A_run_that_is_asked_to_stop_ends_with_130_one_that_is_done_with_0(bool isStopped, int code)
    {
        string file = directory.Of("small.json");
        File.WriteAllText(file, SmallRun.Configure(model, model.ModelPath));
        using var stop = new StopSignals();
        if (isStopped)
        {
            stop.Request();
        }

        string[] args =
        [
            "train",
            file,
            "--set",
            $"run.directory={directory.Of("runs")}",
            "--set",
            "run.updates=1",
            "--set",
            "evaluation.before=false",
        ];
        int given = await Task.Run(() =>
            CommandLine.RunAsync(args, new CliContext(TextReader.Null, TextWriter.Null, TextWriter.Null, stop))
        );
        Assert.Equal(code, given);
    }
}
