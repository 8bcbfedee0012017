using System.Text.Json.Nodes;
using Cppo.Pipeline.Graph;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Tests.Telemetry;

public sealed class MetricsWriterTests
{
    [Fact]
    public void Write_puts_one_snake_case_line_per_update_on_disk_at_once()
    {
        using var directory = new TemporaryDirectory();
        using var writer = new MetricsWriter(directory.Path, 0);
        writer.Write(SampleMetrics.Of(0));
        writer.Write(SampleMetrics.Of(1));
        var lines = ReadShared(directory.Of("metrics.jsonl")).Select(line => JsonNode.Parse(line)!.AsObject()).ToArray();
        Assert.Equal([0, 1], lines.Select(line => (int)line["step"]!));
        Assert.Equal(2, (int)lines[0]["completions_generated"]!);
        Assert.Equal(1, (int)lines[0]["completions_pruned"]!);
        Assert.Equal(2.0, (double)lines[0]["update_tokens_per_second"]!);
        Assert.Equal(1.0, (double)lines[0]["rewards"]!["accuracy"]!);
        Assert.All(lines[0].Select(pair => pair.Key), key => Assert.Matches("^[a-z0-9_]+$", key));
    }

    [Fact]
    public void Write_numbers_that_json_lacks_are_null()
    {
        using var directory = new TemporaryDirectory();
        using (var writer = new MetricsWriter(directory.Path, 0))
        {
            writer.Write(SampleMetrics.Of(0, loss: double.NaN));
        }

        Assert.Contains("\"loss\":null", File.ReadAllText(directory.Of("metrics.jsonl")), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_for_a_resumed_run_drops_the_lines_of_updates_to_come_and_a_torn_line()
    {
        using var directory = new TemporaryDirectory();
        using (var writer = new MetricsWriter(directory.Path, 0))
        {
            for (int step = 0; step < 5; step++)
            {
                writer.Write(SampleMetrics.Of(step));
            }

            foreach (int step in new[] { 0, 3, 4 })
            {
                writer.Write(
                    new EvaluationMetrics
                    {
                        Step = step,
                        Accuracy = 0.5,
                        AccuracyLow = 0.4,
                        AccuracyHigh = 0.6,
                        LenientAccuracy = 0.915,
                        LenientAccuracyLow = 0.88,
                        LenientAccuracyHigh = 0.94,
                        FormatRate = 0.9,
                        Questions = 10,
                    }
                );
            }
        }

        File.AppendAllText(directory.Of("metrics.jsonl"), "{\"step\":2,\"reward");
        using (var writer = new MetricsWriter(directory.Path, 3))
        {
            writer.Write(SampleMetrics.Of(3));
        }

        Assert.Equal([0, 1, 2, 3], StepLines.Read(directory.Of("metrics.jsonl")).Select(line => line.Step));
        Assert.Equal(4, File.ReadAllLines(directory.Of("metrics.jsonl")).Length);
        Assert.Equal([0, 3], StepLines.Read(directory.Of("evaluations.jsonl")).Select(line => line.Step));
    }

    [Fact]
    public void Open_for_a_resumed_run_keeps_a_damaged_line_before_lines_that_stay_and_writes_nothing_where_nothing_goes()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.Of("metrics.jsonl"),
            whole = "{\"step\":0}\n{\"st\u00f6p\":1}\n{\"step\":2}\n";
        File.WriteAllText(path, whole + "{\"step\":3}\n{\"stop\":4}\n");
        new MetricsWriter(directory.Path, 3).Dispose();
        Assert.Equal(whole, File.ReadAllText(path));
        var written = File.GetLastWriteTimeUtc(path);
        new MetricsWriter(directory.Path, 3).Dispose();
        Assert.Equal((whole, written), (File.ReadAllText(path), File.GetLastWriteTimeUtc(path)));
        File.WriteAllText(path, whole[..^1]);
        new MetricsWriter(directory.Path, 3).Dispose();
        Assert.Equal(whole, File.ReadAllText(path));
    }

    [Fact]
    public async Task From_takes_speeds_and_stage_times_of_the_interval()
    {
        var time = new ManualTime();
        var timeline = new StageTimeline(time);
        using (timeline.Stage("generate").Begin())
        {
            await timeline.TimeGenerationAsync(
                () =>
                {
                    time.Advance(4);
                    return Task.FromResult(0);
                },
                _ => 100
            );
        }

        time.Advance(6);
        var metrics = UpdateMetrics.From(
            SampleMetrics.Batch(2),
            SampleMetrics.Report(2),
            timeline,
            rolloutDevices: 2,
            TimeSpan.FromSeconds(10)
        );
        Assert.Equal(50, metrics.RolloutTokensPerSecond);
        Assert.Equal(2, metrics.UpdateTokensPerSecond);
        Assert.Equal((4, 6), (metrics.BusySeconds["generate"], metrics.WaitedSeconds["generate"]));
        Assert.Equal((5, 7), (metrics.TokensForwarded, metrics.TokensAvoided));
        var next = UpdateMetrics.From(
            SampleMetrics.Batch(3),
            SampleMetrics.Report(3),
            timeline,
            rolloutDevices: 2,
            TimeSpan.FromSeconds(10)
        );
        Assert.Equal((0, 0, 0), (next.RolloutTokensPerSecond, next.BusySeconds["generate"], next.WaitedSeconds["generate"]));
    }

    private static string[] ReadShared(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
