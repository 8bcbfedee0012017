using System.Text.Json.Nodes;
using Cppo.Pipeline.Cli;
using Cppo.Pipeline.Tests.MetricSinks;

namespace Cppo.Pipeline.Tests.Bench;

public sealed class BenchSinksTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("cppo-");

    public void Dispose() => directory.Delete(recursive: true);

    private static async Task<(int ExitCode, string Output, string Error)> BenchAsync(params string[] options)
    {
        using var stop = new StopSignals();
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await CommandLine.RunAsync(["bench", "sinks", .. options], new CliContext(TextReader.Null, output, error, stop));
        return (code, output.ToString(), error.ToString());
    }

    private string Run(params double[] seconds)
    {
        File.WriteAllLines(
            Path.Combine(directory.FullName, "metrics.jsonl"),
            seconds.Select((second, step) => FormattableString.Invariant($"{{\"step\":{step},\"processor_seconds\":{second}}}"))
        );
        return directory.FullName;
    }

    [Fact]
    public async Task Every_update_and_its_spans_reach_the_collector_and_the_share_is_of_the_runs_updates()
    {
        using var collector = new Collector();
        string run = Run(90, 90, 90, 1, 2, 3, 4, 5, 6);
        var (code, output, error) = await BenchAsync(run, "--endpoint", collector.Url, "--updates", "20", "--pause", "1", "--repeat", "2");
        Assert.True(code == 0, error);
        var json = JsonNode.Parse(output.TrimEnd().Split('\n')[^1])!;
        Assert.Equal(3.5, (double)json["update_processor_seconds"]!);
        Assert.Equal(["every sink on", "every sink dead"], json["sinks"]!.AsArray().Select(sink => (string)sink!["name"]!));
        var on = json["sinks"]![0]!;
        Assert.Equal((double)on["processor_seconds"]! / 3.5, (double)on["share"]!, 12);

        // Three turns of 20 updates, each with its numbers and its spans; who is dead is not heard.
        Assert.Equal(60, collector.Metrics.Length);
        Assert.Equal(60, collector.Traces.Length);
        Assert.All(collector.Traces, trace => Assert.Equal(7, trace.Spans.Length));
        Assert.All(collector.Metrics, line => Assert.True(line.Numbers.Count > 70, $"{line.Numbers.Count} numbers"));
        Assert.DoesNotContain("every sink on: sinks.", output, StringComparison.Ordinal);
        Assert.Contains("every sink dead: sinks.openTelemetry lost", output, StringComparison.Ordinal);
        Assert.Contains("every sink dead: sinks.tensorBoard lost", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_does_not_state_its_processor_seconds_and_an_address_that_is_none_are_refused()
    {
        var (code, _, error) = await BenchAsync(Run(1, 2), "--endpoint", "http://127.0.0.1:9");
        Assert.Equal(2, code);
        Assert.Contains("no three updates that state processor_seconds", error, StringComparison.Ordinal);
        foreach (string address in new[] { "none", "127.0.0.1:4318", "ftp://x" })
        {
            (code, _, error) = await BenchAsync(Run(1, 2, 3), "--endpoint", address);
            Assert.Equal(2, code);
            Assert.Contains("--endpoint", error, StringComparison.Ordinal);
        }
    }
}
