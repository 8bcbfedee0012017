using Cppo.Pipeline.Browse;
using Cppo.Pipeline.Telemetry;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Browse;

public sealed class MetricColumnsTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    private string File => directory.Of(MetricsWriter.UpdatesFile);

    public void Dispose() => directory.Dispose();

    private void Append(string text) => System.IO.File.AppendAllText(File, text);

    [Fact]
    public void Columns_are_what_the_lines_state_with_sums_beside_them()
    {
        using (var writer = new MetricsWriter(directory.Path, 0))
        {
            for (int step = 0; step < 5; step++)
            {
                writer.Write(
                    SampleMetrics.Of(step, rewardMean: step, loss: step == 2 ? double.NaN : step) with
                    {
                        Questions = 10 + step,
                        TokensGenerated = 100,
                        BusySeconds = new Dictionary<string, double> { ["update"] = step },
                        BusySpans = new Dictionary<string, double[][]>
                        {
                            ["update"] =
                            [
                                [0.5, 1 + step],
                            ],
                        },
                    }
                );
            }
        }

        var columns = new MetricColumns(File);
        columns.Refresh();
        Assert.Equal([0, 1, 2, 3, 4], columns.Steps);
        Assert.Equal([0, 1, 2, 3, 4], Enumerable.Range(0, 5).Select(line => columns.Value("reward_mean", line)));
        Assert.Equal([0, 1, double.NaN, 3, 4], Enumerable.Range(0, 5).Select(line => columns.Value("loss", line)));
        Assert.Equal([0, 1, 2, 3, 4], Enumerable.Range(0, 5).Select(line => columns.Value("busy_seconds.update", line)));
        Assert.Equal(1.0, columns.Value("rewards.accuracy", 0));
        Assert.Equal([10, 21, 33, 46, 60], columns.Questions);
        Assert.Equal([100, 200, 300, 400, 500], columns.Tokens);
        Assert.Equal(double.NaN, columns.Value("no_such_key", 3));
        Assert.Equal([0.5, 4], Assert.Single(columns.SpansOf(3)["update"]));
        Assert.DoesNotContain(
            columns.Names,
            name => name is "step" or "format_version" or "weights_hash" || name.StartsWith("busy_spans", StringComparison.Ordinal)
        );
        Assert.Null(columns.Fault);
    }

    [Fact]
    public void A_line_that_is_being_written_counts_when_it_is_whole()
    {
        var columns = new MetricColumns(File);
        columns.Refresh();
        Assert.Empty(columns.Steps);
        Append("{\"format_version\":3,\"step\":0,\"a\":1}\n{\"format_version\":3,\"st");
        columns.Refresh();
        Assert.Equal([0], columns.Steps);
        Append("ep\":1,\"b\":2}\n");
        columns.Refresh();
        Assert.Equal([0, 1], columns.Steps);
        Assert.Equal((1, double.NaN), (columns.Value("a", 0), columns.Value("a", 1)));
        Assert.Equal((double.NaN, 2), (columns.Value("b", 0), columns.Value("b", 1)));
        Assert.Equal(0, columns.Revision);
    }

    [Fact]
    public void Lines_that_a_resumed_run_makes_again_are_read_anew()
    {
        Append("{\"format_version\":3,\"step\":0,\"a\":1}\n{\"format_version\":3,\"step\":1,\"a\":2}\n");
        var columns = new MetricColumns(File);
        columns.Refresh();
        System.IO.File.WriteAllText(
            File,
            "{\"format_version\":3,\"step\":0,\"a\":1}\n{\"format_version\":3,\"step\":1,\"a\":5}\n{\"format_version\":3,\"step\":2}\n"
        );
        columns.Refresh();
        Assert.Equal((1, 3, 5), (columns.Revision, columns.Steps.Count, columns.Value("a", 1)));
        System.IO.File.Delete(File);
        columns.Refresh();
        Assert.Equal((2, 0), (columns.Revision, columns.Steps.Count));
    }

    [Fact]
    public void A_line_of_another_version_or_of_another_program_is_told_and_the_others_are_read()
    {
        Append("{\"format_version\":99,\"step\":0}\n{\"format_version\":3,\"step\":1,\"a\":2}\n");
        var columns = new MetricColumns(File);
        columns.Refresh();
        columns.Refresh();
        Assert.Equal([1], columns.Steps);
        Assert.Contains("version 99", columns.Fault, StringComparison.Ordinal);
        Append("{\"format_version\":3,\"step\":2,\"\\ud800\":1,\"\\ud800\":2}\nno JSON\n{\"format_version\":3,\"step\":3,\"a\":4}\n");
        columns.Refresh();
        Assert.Equal(4, columns.Value("a", columns.LineOf(3)));
        Assert.NotNull(columns.Fault);
    }
}
