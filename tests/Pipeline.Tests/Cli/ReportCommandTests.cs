using Cppo.Pipeline.Run;
using Cppo.Pipeline.Sinks;
using Cppo.Pipeline.Telemetry;
using Cppo.Pipeline.Tests.Sinks;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Cli;

public sealed class ReportCommandTests
{
    private static async Task WriteRun(string directory, params int[] steps)
    {
        using (var metrics = new MetricsWriter(directory, 0))
        {
            foreach (int step in steps)
            {
                metrics.Write(SampleMetrics.Of(step));
            }
        }

        await using var sink = new ParquetRolloutSink(
            new RolloutSinkSettings
            {
                Directory = Path.Combine(directory, "completions"),
                RunId = "r",
                UpdateDevices = ["cuda:0", "cuda:1"],
                RewardNames = ["accuracy", "tagCount"],
                PromptText = ids => string.Join(" ", ids.Select(id => $"<{id}>")),
            }
        );
        foreach (int step in steps)
        {
            await sink.WriteAsync(HandMadeBatch.Create(step), default);
        }
    }

    [Fact]
    public async Task The_report_shows_groups_of_the_first_the_middle_and_the_last_update()
    {
        using var directory = new TemporaryDirectory();
        await WriteRun(directory.Path, 0, 1, 2);
        var (code, output, error) = await TinyModelFolder.RunAsync("", "report", directory.Path);
        Assert.Equal((0, ""), (code, error));
        string path = directory.Of("report.html");
        Assert.Equal(path + "\n", output);
        string html = await File.ReadAllTextAsync(path);
        foreach (int update in new[] { 1, 2, 3 })
        {
            Assert.Equal(3, html.Split($"<summary>Update {update}: ").Length - 1);
        }

        Assert.Contains("<b>zero advantage</b>", html, StringComparison.Ordinal);
        Assert.Contains("<b>kept</b> reward 0.5 (rule 0), advantage -1.25", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Groups_hold_their_completions_in_order_and_a_step_without_a_file_has_none()
    {
        using var directory = new TemporaryDirectory();
        await WriteRun(directory.Path, 3);
        var groups = ReportSample.Read(directory.Path, [3, 4]).ToArray();
        Assert.Equal([(3, 4), (3, 2), (3, 4)], groups.Select(group => (group.Step, group.Completions.Count)));
        Assert.Equal(["#### 0", "#### 1", "#### 2"], groups.Select(group => group.Answer));
        var batch = HandMadeBatch.Create(3);
        foreach (var (reported, group) in groups.Zip(batch.Groups))
        {
            var rollout = group.Advantaged.Scored.Rollout;
            Assert.Equal(rollout.Question.Text, reported.Question);
            Assert.Equal(
                rollout.Completions.Select(completion => (completion.Text, completion.TokenIds.Length)),
                reported.Completions.Select(completion => (completion.Text, completion.NumTokens))
            );
            Assert.Equal(group.Advantaged.Advantages, reported.Completions.Select(completion => completion.Advantage));
        }

        Assert.Equal(["kept", "pruned", "pruned", "kept"], groups[0].Completions.Select(completion => completion.Fate));
        Assert.Equal(["too long", "kept", "no room", "pruned"], groups[2].Completions.Select(completion => completion.Fate));
    }

    [Fact]
    public async Task A_directory_without_a_run_gives_2_and_stays_as_it_is()
    {
        using var directory = new TemporaryDirectory();
        var (code, output, error) = await TinyModelFolder.RunAsync("", "report", directory.Path);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("holds no metrics.jsonl", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(directory.Path));
    }
}
