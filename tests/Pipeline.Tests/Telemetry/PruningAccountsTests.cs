using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Tests.Telemetry;

public sealed class PruningAccountsTests
{
    [Fact]
    public void Tokens_groups_fill_and_kinds_are_summed_over_the_updates()
    {
        string html = PruningAccounts.Of(
            Lines(
                SampleMetrics.Of(0) with
                {
                    KindsGenerated = new(5, 3, 1, 1),
                    KindsKept = new(1, 3, 0, 0),
                    KeptAdvantageShare = 0.3,
                },
                SampleMetrics.Of(1) with
                {
                    KindsGenerated = new(5, 3, 1, 1),
                    KindsKept = new(1, 3, 0, 0),
                    QuestionsWithoutSpread = 1,
                }
            )
        );
        Assert.StartsWith(
            "<p>Of 24 tokens generated, each completion counted with its prompt, one pass forwarded 10 and pruning and dropping avoided 14 "
                + "(58.3 %). The completions trained on held 40.0 % of the sum of |advantages|, in the mean of the updates. 1 of 2 groups "
                + "(50.0 %) had no spread. An update filled 100.0 % of its capacity and 50.0 % of its micro-batches' tokens.</p>",
            html,
            StringComparison.Ordinal
        );
        Assert.Contains("<tr><td>right format and answer<td>10<td>50.0 %<td>2<td>25.0 %<td>20.0 %</tr>", html, StringComparison.Ordinal);
        Assert.Contains("<tr><td>neither<td>6<td>30.0 %<td>6<td>75.0 %<td>100.0 %</tr>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_devices_are_shown_with_what_a_threshold_would_do()
    {
        var lines = Lines(SampleMetrics.Of(0) with { UpdateDevices = 2, DeviceBalance = 0.98, DeviceBalanceThreshold = 0.75 });
        Assert.True(PruningAccounts.HasSeveralDevices(lines));
        Assert.Contains(
            "Its devices were 98.0 % even; by a threshold, on questions of their own, they would be 75.0 %.",
            PruningAccounts.Of(lines),
            StringComparison.Ordinal
        );
        Assert.False(PruningAccounts.HasSeveralDevices(Lines(SampleMetrics.Of(0))));
    }

    [Fact]
    public void Lines_of_an_earlier_program_have_what_they_state()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.Of("metrics.jsonl");
        File.WriteAllText(
            path,
            """{"format_version":2,"step":0,"questions":4,"questions_without_spread":1,"tokens_forwarded":1,"""
                + """ "tokens_avoided":3,"fill":0.5}"""
        );
        Assert.Equal(
            "<p>Of 4 tokens generated, each completion counted with its prompt, one pass forwarded 1 and pruning and dropping avoided 3 "
                + "(75.0 %). 1 of 4 groups (25.0 %) had no spread. An update filled 50.0 % of its micro-batches' tokens.</p>",
            PruningAccounts.Of(StepLines.Read(path))
        );
    }

    private static StepLine[] Lines(params UpdateMetrics[] updates)
    {
        using var directory = new TemporaryDirectory();
        using (var writer = new MetricsWriter(directory.Path, 0))
        {
            foreach (var update in updates)
            {
                writer.Write(update);
            }
        }

        return StepLines.Read(directory.Of("metrics.jsonl"));
    }
}
