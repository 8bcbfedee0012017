using System.Xml;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Tests.Telemetry;

public sealed class RunReportTests
{
    private static readonly ReportedGroup Group = new(
        0,
        "What is <b>1</b> + 1? {{groups}}",
        "2",
        [new("<script>alert(1)</script>", 3, "equal", 0.7, "kept", 5), new("no", 0, "no answer", -0.7, "pruned", 2)]
    );

    [Fact]
    public void Write_shows_curves_evaluations_configuration_and_groups_without_network_or_script()
    {
        using var directory = new TemporaryDirectory();
        using (var writer = new MetricsWriter(directory.Path, 0))
        {
            for (int step = 0; step < 6; step++)
            {
                writer.Write(SampleMetrics.Of(step, rewardMean: step, loss: step == 2 ? double.NaN : step));
            }

            writer.Write(
                new EvaluationMetrics
                {
                    Step = 6,
                    Accuracy = 0.815,
                    AccuracyLow = 0.78,
                    AccuracyHigh = 0.84,
                    LenientAccuracy = 0.915,
                    LenientAccuracyLow = 0.88,
                    LenientAccuracyHigh = 0.94,
                    FormatRate = 0.97,
                    Questions = 500,
                }
            );
        }

        File.WriteAllText(directory.Of("config.json"), """{"run":{"name":"a<b"},"update":{"learningRate":1e-5}}""");
        IReadOnlyList<int>? asked = null;
        string html = File.ReadAllText(
            RunReport.Write(
                directory.Path,
                steps =>
                {
                    asked = steps;
                    return [Group];
                }
            )
        );

        Assert.Equal([0, 3, 5], asked!);
        Assert.Contains("81.5 %", html, StringComparison.Ordinal);
        Assert.Contains("<td>91.5 %", html, StringComparison.Ordinal);
        Assert.Contains("update.learningRate", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http", html.Replace("http-equiv", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("{{", html, StringComparison.Ordinal);
        Assert.Equal(16, html.Split("<svg").Length - 1);
    }

    [Fact]
    public void Write_without_any_update_still_makes_a_page()
    {
        using var directory = new TemporaryDirectory();
        string html = File.ReadAllText(
            RunReport.Write(
                directory.Path,
                steps =>
                {
                    Assert.Empty(steps);
                    return [];
                }
            )
        );
        Assert.Contains("No update is done.", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<svg", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Draw_leaves_a_gap_where_a_value_is_missing_and_stays_in_its_frame()
    {
        using var directory = new TemporaryDirectory();
        using (var writer = new MetricsWriter(directory.Path, 0))
        {
            for (int step = 0; step < 5; step++)
            {
                writer.Write(SampleMetrics.Of(step, loss: step == 2 ? double.NaN : -step));
            }
        }

        string svg = ReportChart.Draw("Loss", ["loss"], StepLines.Read(directory.Of("metrics.jsonl")));
        string path = svg[(svg.IndexOf("<path class='line' d='", StringComparison.Ordinal) + 22)..];
        path = path[..path.IndexOf('\'', StringComparison.Ordinal)];
        Assert.Equal(2, path.Split('M').Length - 1);
        var points = path.Split('M', 'L')
            .Where(point => point.Length > 0)
            .Select(point => point.Split(' ').Select(XmlConvert.ToDouble).ToArray());
        Assert.All(points, point => Assert.True(point[0] is >= 20 and <= 400 && point[1] is >= 20 and <= 240));
    }
}
