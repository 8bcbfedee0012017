using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.CustomRewards;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Run;
using Cppo.Pipeline.Settings;
using Cppo.Pipeline.Tests.Browse;
using Cppo.Pipeline.Tests.Run;
using Cppo.Pipeline.Tests.Telemetry;
using Cppo.Rewards;

namespace Cppo.Pipeline.Tests.CustomRewards;

/// <summary>The user's own rewards among the program's: joined, and through whole runs.</summary>
[Collection(RunsCollection.Name)]
public sealed class RewardScorerTests(SmallModel model) : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    private static string Assembly { get; } = System.Text.Json.JsonSerializer.Serialize(RewardGroups.SampleAssembly);

    private static string Brevity { get; } =
        $$"""{ "name": "myBrevity", "assembly": {{Assembly}}, "type": "SampleRewards.Brevity", "weight": 0.5 }""";

    private static string Judge(RewardServer server, string more = "") =>
        $$"""{ "name": "judge", "url": "{{server.Url}}", "weight": -0.01{{more}} }""";

    private Task<SmallRun> RunAsync(string parts, params string[] set) =>
        SmallRun.RunAsync(model, directory.Path, ["run.updates=2", $"reward.parts=[{{ \"name\": \"accuracy\" }}, {parts}]", .. set]);

    private static async Task<Dictionary<string, double>[]> NumbersAsync(SmallRun run, params string[] columns)
    {
        var faults = new DataFaults();
        var rows = new List<Dictionary<string, double>>();
        foreach (string file in Directory.EnumerateFiles(run.Of("completions"), "*.parquet", SearchOption.AllDirectories))
        {
            await foreach (var row in RowReader.ReadAsync(file, "parquet", columns, faults, default))
            {
                rows.Add(
                    columns
                        .Zip(row.Values)
                        .ToDictionary(
                            pair => pair.First,
                            pair => double.Parse(pair.Second!, System.Globalization.CultureInfo.InvariantCulture)
                        )
                );
            }
        }

        faults.ThrowIfAny();
        return [.. rows];
    }

    [Fact]
    public async Task Scores_of_several_groups_join_their_completions_rewards_in_order()
    {
        using var server = new RewardServer(RewardReply.Tokens);
        var config = new RewardConfig
        {
            Parts =
            [
                new()
                {
                    Name = "judge",
                    Url = server.Url,
                    Weight = 10,
                },
                new() { Name = "accuracy" },
                RewardGroups.Sample("SampleRewards.Brevity") with
                {
                    Weight = 2,
                },
            ],
        };
        var settings = SettingsMap.Reward(config, maxNewTokens: 256);
        using var scorer = RewardScorer.Open(config, settings, _ => { });
        RewardGroup[] groups = [RewardGroups.Of("q1", 2), RewardGroups.Of("q2", 1)];
        var rewards = await scorer.JoinAsync(
            groups,
            [.. groups.SelectMany(group => group.Completions.Select(completion => Reward.score(settings, group.Answer, completion.Text)))],
            default
        );
        Assert.True(scorer.HasCustomRewards);
        Assert.Equal([10 + 1, 20 + (2.0 / 3), 10 + 1], rewards.Select(reward => reward.Total));
        Assert.Equal("wrong: '0', not '7'; format broken: no <think>; judge: 1 tokens; mine: 1 tokens", rewards[0].Reason);
        Assert.Equal("wrong: '1', not '7'; format broken: no <think>; judge: 2 tokens", rewards[1].Reason);
    }

    [Theory]
    [InlineData(-1000, 1000, 1e200)]
    [InlineData(-1000, 1000, -1000.5)]
    [InlineData(0, 0.5, 0.75)]
    public async Task A_value_out_of_range_names_the_reward_the_question_and_the_value(double lowest, double highest, double value)
    {
        using var server = new RewardServer(call => new(200, $$"""{ "rewards": [0, {{value:R}}] }"""));
        var config = new RewardConfig
        {
            Parts = [new() { Name = "judge", Url = server.Url }],
            Lowest = lowest,
            Highest = highest,
        };
        var settings = SettingsMap.Reward(config, maxNewTokens: 256);
        using var scorer = RewardScorer.Open(config, settings, _ => { });
        var group = RewardGroups.Of("q1", 2);
        var rewards = group.Completions.Select(completion => Reward.score(settings, group.Answer, completion.Text)).ToArray();
        var error = await Assert.ThrowsAsync<RewardFailedException>(() => scorer.JoinAsync([group], rewards, default));
        Assert.Equal(
            string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"Reward 'judge' gave completion 1 of question 'q1' the value {value}, which is not between reward.lowest {lowest} and "
                    + $"reward.highest {highest}. Correct the reward, or widen these."
            ),
            error.Message
        );
    }

    [Theory]
    [InlineData("""{ "rewards": [1, 2], "rewards": [0, 0] }""", "states \"rewards\" twice")]
    [InlineData("""{ "rewards": [1, 2], "reasons": [null, "\ud800"] }""", "half of a surrogate pair")]
    public async Task An_answer_that_readers_would_take_differently_is_refused(string answer, string expected)
    {
        using var server = new RewardServer(call => new(200, answer));
        var config = new RewardConfig { Parts = [new() { Name = "judge", Url = server.Url }] };
        var settings = SettingsMap.Reward(config, maxNewTokens: 256);
        using var scorer = RewardScorer.Open(config, settings, _ => { });
        var group = RewardGroups.Of("q1", 2);
        var rewards = group.Completions.Select(completion => Reward.score(settings, group.Answer, completion.Text)).ToArray();
        var error = await Assert.ThrowsAsync<RewardFailedException>(() => scorer.JoinAsync([group], rewards, default));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("q1", error.Message, StringComparison.Ordinal);
    }

    [RunFact]
    public async Task A_run_stops_at_a_reward_out_of_range()
    {
        var failure = await Assert.ThrowsAsync<RewardFailedException>(() => RunAsync(Brevity, "reward.highest=0.001", "reward.lowest=-1"));
        Assert.Matches(
            @"^Reward '(accuracy|myBrevity)' gave completion [0-3] of question '[^']+' the value [0-9.]+, which is not between "
                + @"reward\.lowest -1 and reward\.highest 0\.001\. Correct the reward, or widen these\.$",
            failure.Message
        );
    }

    [RunFact]
    public async Task A_run_with_both_kinds_writes_their_columns_and_learns_from_their_sum()
    {
        using var server = new RewardServer(RewardReply.Tokens);
        var run = await RunAsync($"{Brevity}, {Judge(server, ", \"batch\": 3")}");
        Assert.False(run.IsStopped);
        var rows = await NumbersAsync(run, "reward", "reward_accuracy", "reward_my_brevity", "reward_judge", "num_tokens");
        Assert.Equal(32, rows.Length);
        Assert.All(
            rows,
            row =>
            {
                Assert.Equal(1 / (1 + row["num_tokens"]), row["reward_my_brevity"]);
                Assert.Equal(row["num_tokens"], row["reward_judge"]);
                Assert.Equal(
                    row["reward_accuracy"] + (0.5 * row["reward_my_brevity"]) - (0.01 * row["reward_judge"]),
                    row["reward"],
                    1e-12
                );
            }
        );
        Assert.All(
            await run.RowsAsync(),
            row => Assert.EndsWith($"judge: {row["num_tokens"]} tokens", row["reward_reason"], StringComparison.Ordinal)
        );
        Assert.Equal(rows.Take(16).Average(row => row["reward_judge"]), (double)run.Metrics[0]["rewards"]!["judge"]!, 1e-9);
        Assert.All(server.Calls, call => Assert.Contains(call.Items.Length, (int[])[1, 3]));
    }

    [RunFact]
    public async Task The_weights_do_not_depend_on_how_a_server_stumbles()
    {
        using var smooth = new RewardServer(RewardReply.Tokens);
        using var rough = new RewardServer(call => call.Number % 3 == 0 ? new(503, "") : RewardReply.Tokens(call))
        {
            Latency = TimeSpan.FromMilliseconds(5),
        };
        var first = await RunAsync(Judge(smooth));
        var second = await RunAsync(Judge(rough), $"run.directory={directory.Of("rough")}", "flow.stageCapacity=1");
        Assert.True(
            first
                .Weights.AsSpan()
                .SequenceEqual(File.ReadAllBytes(Path.Combine(directory.Of("rough"), "small", "model", "model.safetensors")))
        );
        Assert.False(second.IsStopped);
    }

    [RunFact]
    public async Task A_token_that_the_server_repeats_is_in_no_file_of_the_run_and_on_no_screen()
    {
        const string Token = "hush-4711-quite";
        Environment.SetEnvironmentVariable("CPPO_TEST_HUSH", Token);
        using var server = new RewardServer(call =>
            call.Number == 0
                ? new(503, $"{call.Headers["Authorization"]} is new here", false, ("Retry-After", "2"))
                : RewardReply.Ok(
                    $$"""
                    { "rewards": [{{string.Join(", ", call.Items.Select((_, index) => index))}}],
                      "reasons": [{{string.Join(", ", call.Items.Select(_ => $"\"fine, {call.Headers["Authorization"]}\""))}}] }
                    """
                )
        );
        string headers = """, "headers": { "Authorization": "Bearer env:CPPO_TEST_HUSH" }""";
        var run = await RunAsync(Judge(server, headers).Replace("/score", "/score?key=env:CPPO_TEST_HUSH", StringComparison.Ordinal));
        Assert.Equal($"Bearer {Token}", server.Calls.First().Headers["Authorization"]);
        Assert.Contains("attempt 1 of 5 failed (503 Service Unavailable \"*** is new here\")", run.Output, StringComparison.Ordinal);
        Assert.All(await run.RowsAsync(), row => Assert.EndsWith("judge: fine, ***", row["reward_reason"], StringComparison.Ordinal));
        Assert.DoesNotContain("hush-4711", run.Output, StringComparison.Ordinal);
        Assert.All(
            Directory.GetFiles(run.DirectoryPath, "*", SearchOption.AllDirectories),
            path =>
                Assert.DoesNotContain("hush-4711", System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(path)), StringComparison.Ordinal)
        );
        Assert.Contains("env:CPPO_TEST_HUSH", File.ReadAllText(run.Of("config.json")), StringComparison.Ordinal);
        string report = OfflineData.Text(File.ReadAllText(run.Of("report.html")));
        Assert.DoesNotContain("/score?", report, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-4711", report, StringComparison.Ordinal);
    }

    [RunFact]
    public async Task A_reward_that_throws_ends_the_run_with_its_name_and_the_question()
    {
        var failure = await Assert.ThrowsAsync<RewardFailedException>(() =>
            RunAsync(Brevity.Replace("SampleRewards.Brevity", "SampleRewards.Throwing", StringComparison.Ordinal))
        );
        Assert.Matches(
            @"^Reward 'myBrevity' \(SampleRewards\.Throwing\) failed with FormatException: no dictionary on question '[^']+'\. ",
            failure.Message
        );
    }

    [RunFact]
    public async Task A_server_that_refuses_ends_the_run()
    {
        using var server = new RewardServer(_ => new(400, "unknown item"));
        var failure = await Assert.ThrowsAsync<RewardFailedException>(() => RunAsync(Judge(server)));
        Assert.Contains("400 Bad Request \"unknown item\"", failure.Message, StringComparison.Ordinal);
    }

    [RunFact]
    public async Task A_missing_assembly_ends_the_run_before_it_begins()
    {
        var fault = await Assert.ThrowsAsync<ConfigException>(() => RunAsync("""{ "name": "mine", "assembly": "no/such.dll" }"""));
        Assert.StartsWith("reward.parts.1.assembly: no/such.dll does not exist", fault.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(directory.Path));
    }

    [RunFact]
    public async Task Cancellation_does_not_wait_for_a_server_that_hangs()
    {
        using var server = new RewardServer(_ => RewardReply.Hanging);
        using var cancel = new CancellationTokenSource();
        var config = ConfigLoader.Parse(
            SmallRun.Configure(model, model.ModelPath),
            "small.json",
            [$"run.directory={directory.Path}", $"reward.parts=[{Judge(server, ", \"timeoutSeconds\": 600")}]"]
        );
        var run = Task.Run(() => TrainingRun.ExecuteAsync(config, TextWriter.Null, TextWriter.Null, default, cancel.Token));
        await server.FirstCall.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(TimeSpan.FromSeconds(20)));
    }
}
