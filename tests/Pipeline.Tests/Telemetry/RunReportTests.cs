using System.Xml;
using System.Xml.Linq;
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
        Assert.Equal(20, html.Split("<svg").Length - 1);
        Assert.DoesNotContain("side by side", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0.25, true)]
    public void Write_shows_what_is_masked_where_a_token_was(double share, bool isShown)
    {
        using var directory = new TemporaryDirectory();
        using (var writer = new MetricsWriter(directory.Path, 0))
        {
            writer.Write(SampleMetrics.Of(0));
            writer.Write(SampleMetrics.Of(1) with { ImportanceMaskedShare = share });
        }

        string html = File.ReadAllText(RunReport.Write(directory.Path, _ => []));
        Assert.Equal(isShown, html.Contains("Tokens capped and masked", StringComparison.Ordinal));
        Assert.Contains("Gap of generation logprobs", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_shows_addresses_without_queries_and_headers_only_as_references()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(
            directory.Of("config.json"),
            """
            {"run":{"name":"a"},"reward":{"parts":[{"name":"accuracy"},{"name":"judge","url":"https://me:mi-ne@h/score?key=s3cret#top",
             "headers":{"Authorization":"Bearer env:JUDGE","X-Team":"team-s3cret"}}]}}
            """
        );
        string html = File.ReadAllText(RunReport.Write(directory.Path, _ => []));
        Assert.Contains("https://h/score&quot;", html, StringComparison.Ordinal);
        Assert.Contains("Bearer env:JUDGE", html, StringComparison.Ordinal);
        Assert.Contains("X-Team&quot;:&quot;***", html, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", html, StringComparison.Ordinal);
        Assert.DoesNotContain("mi-ne", html, StringComparison.Ordinal);
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

    [Theory]
    [InlineData(1, new[] { "Updates 1 to 1" })]
    [InlineData(8, new[] { "Updates 1 to 6", "Updates 7 to 8" })]
    [InlineData(40, new[] { "Updates 1 to 6", "Updates 18 to 23", "Updates 35 to 40" })]
    public void The_timeline_has_a_row_for_each_stage_and_a_block_where_it_worked(int numUpdates, string[] titles)
    {
        using var directory = new TemporaryDirectory();
        using (var writer = new MetricsWriter(directory.Path, 0))
        {
            for (int step = 0; step < numUpdates; step++)
            {
                writer.Write(
                    SampleMetrics.Of(step) with
                    {
                        BusySpans = new Dictionary<string, double[][]>
                        {
                            ["generate"] =
                            [
                                [0, 1],
                                [2, 3],
                            ],
                            ["update"] =
                            [
                                [0.5, 4],
                            ],
                        },
                        StepSeconds = 4,
                        OverlapSeconds = 1,
                    }
                );
            }
        }

        string svg = ReportTimeline.Draw(StepLines.Read(directory.Of("metrics.jsonl")));
        Assert.Equal(titles, svg.Split("<figcaption>")[1..].Select(part => part.Split(':')[0]));
        Assert.Contains("(25 %)", svg, StringComparison.Ordinal);
        var pictures = XElement.Parse($"<all>{svg}</all>").Descendants("svg").ToArray();
        foreach (var picture in pictures)
        {
            var blocks = picture.Elements("rect").ToLookup(rect => (string)rect.Attribute("class")!);
            int shown = blocks["worked1"].Count();
            Assert.Equal((2, 2 * shown), (blocks["waited"].Count(), blocks["worked0"].Count()));

            // Blocks lie on their stage's row, are as long as the work was, and stay in the frame.
            double second = (1100 - 70) / (4.0 * shown);
            Assert.All(blocks["worked0"], block => Assert.Equal((0.0, second), (Number(block, "y"), Number(block, "width")), Near));
            Assert.All(blocks["worked1"], block => Assert.Equal((20.0, 3.5 * second), (Number(block, "y"), Number(block, "width")), Near));
            Assert.All(blocks["worked1"], block => Assert.InRange(Number(block, "x") + Number(block, "width"), 70, 1100.1));
        }

        Assert.Equal("", ReportTimeline.Draw([]));
    }

    private static bool Near((double Y, double Width) a, (double Y, double Width) b) => a.Y == b.Y && Math.Abs(a.Width - b.Width) < 0.02;

    private static double Number(XElement element, string name) => XmlConvert.ToDouble(element.Attribute(name)!.Value);

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
