using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cppo.Pipeline.Telemetry;
using Cppo.Pipeline.Tests.Configuration;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Docs;

/// <summary>The page about metrics has a row for each key that a line has, and none more.</summary>
public sealed class MetricsPageTests
{
    [Fact]
    public void The_page_about_metrics_has_the_keys_of_both_files_in_their_order()
    {
        using var directory = new TemporaryDirectory();
        using (var writer = new MetricsWriter(directory.Path, 0))
        {
            writer.Write(SampleMetrics.Of(0));
            writer.Write(
                new EvaluationMetrics
                {
                    Step = 0,
                    Accuracy = 0.5,
                    AccuracyLow = 0.4,
                    AccuracyHigh = 0.6,
                    LenientAccuracy = 0.7,
                    LenientAccuracyLow = 0.6,
                    LenientAccuracyHigh = 0.8,
                    FormatRate = 0.9,
                    Questions = 10,
                }
            );
        }

        string[] sections = File.ReadAllText(Repository.Path("docs/metrics.md")).Split("\n## ");
        foreach (string file in new[] { MetricsWriter.UpdatesFile, MetricsWriter.EvaluationsFile })
        {
            string section = Assert.Single(sections, section => section.StartsWith(file, StringComparison.Ordinal));
            var stated = Regex.Matches(section, "^\\| `([a-z0-9_]+)` \\|", RegexOptions.Multiline).Select(row => row.Groups[1].Value);
            var line = JsonNode.Parse(File.ReadLines(directory.Of(file)).First())!.AsObject();
            Assert.Equal(line.Select(pair => pair.Key), stated);
        }
    }
}
