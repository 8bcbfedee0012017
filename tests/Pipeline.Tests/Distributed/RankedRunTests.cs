using Cppo.Pipeline.Files;
using Cppo.Pipeline.Replay;
using Cppo.Pipeline.Tests.Configuration;
using Cppo.Pipeline.Tests.Run;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Distributed;

/// <summary>Runs of several processes, here threads, against one process with as many devices.</summary>
[Collection(RunsCollection.Name)]
public sealed class RankedRunTests(SmallModel model) : IDisposable
{
    private static readonly string[] Evaluated =
    [
        "run.updates=3",
        "evaluation.before=true",
        "evaluation.every=1",
        "evaluation.after=true",
        "rollout.questionsPerCall=1",
    ];

    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [RunTheory]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    public async Task A_run_of_ranks_leaves_what_one_process_with_as_many_devices_leaves(int size, int staleness)
    {
        string[] set = [.. Evaluated, $"update.maxStaleness={staleness}", "update.passes=2", "objective.beta=0.04"];
        var alone = await SmallRun.RunAsync(model, directory.Of("alone"), [.. set, .. RankedRun.Devices(size)]);
        var ranks = RankedRun.Run(model, directory.Of("ranks"), size, set);
        var expected = await RankedRun.LeftAsync(alone.DirectoryPath);
        Assert.Equal(expected, await RankedRun.LeftAsync(directory.Of("ranks", "small")));
        Assert.Equal(3, expected.Keys.Count(key => key.StartsWith("metrics ", StringComparison.Ordinal)));
        Assert.Equal(4, expected.Keys.Count(key => key.StartsWith("evaluations ", StringComparison.Ordinal)));
        Assert.All(ranks, rank => Assert.Equal((3, false), (rank.Outcome.UpdatesDone, rank.Outcome.IsStopped)));
        Assert.Contains($"2 questions x 4 completions x {size} devices", ranks[0].Output, StringComparison.Ordinal);
        Assert.All(ranks[1..], rank => Assert.Equal("", rank.Output + rank.Notices));
    }

    [RunFact]
    public async Task A_run_whose_ranks_divide_the_optimizer_s_state_leaves_the_same()
    {
        // The embedded model: enough weights for whole blocks of each rank.
        string[] set =
        [
            "run.updates=2",
            $"model.path={Repository.Path("data/base-model")}",
            "update.momentPrecision=bf16",
            "rollout.maxNewTokens=16",
        ];
        var alone = await SmallRun.RunAsync(model, directory.Of("alone"), [.. set, .. RankedRun.Devices(2)]);
        RankedRun.Run(model, directory.Of("ranks"), 2, [.. set, "update.shardOptimizer=true"]);
        var expected = await RankedRun.LeftAsync(alone.DirectoryPath);
        var actual = await RankedRun.LeftAsync(directory.Of("ranks", "small"));
        Assert.Contains("\"shardOptimizer\":true", actual["config.json"], StringComparison.Ordinal);
        actual["config.json"] = actual["config.json"]
            .Replace("\"shardOptimizer\":true", "\"shardOptimizer\":false", StringComparison.Ordinal);
        Assert.Equal(expected, actual);
    }

    [RunTheory]
    [InlineData("allocation.mode=tokens")]
    [InlineData("prune.scope=batch")]
    [InlineData("update.guard.multiple=1.5")]
    public async Task Variants_are_equal_too(string key)
    {
        string[] set = ["run.updates=2", "update.maxStaleness=1", "checkpoint.every=0", key];
        var alone = await SmallRun.RunAsync(model, directory.Of("alone"), [.. set, .. RankedRun.Devices(2)]);
        RankedRun.Run(model, directory.Of("ranks"), 2, set);
        Assert.Equal(await RankedRun.LeftAsync(alone.DirectoryPath), await RankedRun.LeftAsync(directory.Of("ranks", "small")));
    }

    [RunTheory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_stop_of_one_rank_is_all_ranks_and_one_process_goes_on_to_the_same_end(int staleness)
    {
        string[] set = ["run.updates=5", $"update.maxStaleness={staleness}", "evaluation.every=1"];
        var straight = await SmallRun.RunAsync(model, directory.Of("alone"), [.. set, .. RankedRun.Devices(2)]);
        var stopped = RankedRun.Run(model, directory.Of("ranks"), 2, set, stopAt: "after 1 updates: accuracy");
        Assert.All(stopped, rank => Assert.True(rank.Outcome.IsStopped));
        Assert.Equal(stopped[0].Outcome, stopped[1].Outcome);
        Assert.InRange(stopped[0].Outcome.UpdatesDone, 1, 4);
        var resumed = await SmallRun.RunAsync(model, directory.Of("ranks"), [.. set, .. RankedRun.Devices(2), "run.resume=true"]);
        Assert.Equal(await RankedRun.LeftAsync(straight.DirectoryPath), await RankedRun.LeftAsync(resumed.DirectoryPath));
    }

    [RunFact]
    public async Task Ranks_go_on_with_a_run_of_one_process_and_replay_makes_its_updates_again()
    {
        string[] set = ["run.updates=4", "update.maxStaleness=1"];
        var straight = await SmallRun.RunAsync(model, directory.Of("alone"), [.. set, .. RankedRun.Devices(3)]);
        var stopped = await SmallRun.RunUntilAsync(
            model,
            directory.Of("ranks"),
            "after 2 updates",
            [.. set, .. RankedRun.Devices(3), "evaluation.every=2"]
        );
        Assert.True(stopped.IsStopped);
        var ranks = RankedRun.Run(model, directory.Of("ranks"), 3, [.. set, "run.resume=true"]);
        Assert.All(ranks, rank => Assert.Equal(4, rank.Outcome.UpdatesDone));
        Assert.Equal(straight.Weights, new SmallRun(directory.Of("ranks", "small"), false, "").Weights);
        var replay = await RunReplay.ExecuteAsync(directory.Of("ranks", "small"), 3, _ => { }, default);
        Assert.True(replay.IsEqual, string.Join('\n', replay.Lines()));
    }

    [Fact]
    public void A_rank_with_another_key_is_named_with_both_values()
    {
        var fault = Record.Exception(() =>
            RankedRun.Run(model, directory.Path, 3, [], own: rank => rank == 2 ? ["update.learningRate=0.5"] : [])
        );
        var refusal = Assert.IsType<UsageException>(Assert.IsType<AggregateException>(fault).Flatten().InnerExceptions[0]);
        Assert.StartsWith(
            "rank 2 has update.learningRate = 0.5, and rank 0 has 0.001; start all",
            refusal.Message,
            StringComparison.Ordinal
        );
        Assert.False(Directory.Exists(directory.Of("small")));
    }

    [RunTheory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_run_of_two_ranks_goes_on_with_any_number_to_the_same_end(int size)
    {
        string[] set = ["run.updates=4", "update.maxStaleness=1", "evaluation.every=1"];
        var straight = await SmallRun.RunAsync(model, directory.Of("alone"), [.. set, .. RankedRun.Devices(2)]);
        var stopped = RankedRun.Run(model, directory.Of("ranks"), 2, set, stopAt: "after 1 updates: accuracy");
        Assert.All(stopped, rank => Assert.True(rank.Outcome.IsStopped));
        string[] resumed = [.. set, "run.resume=true", .. size == 1 ? RankedRun.Devices(2) : []];
        var ranks = RankedRun.Run(model, directory.Of("ranks"), size, resumed);
        Assert.All(ranks, rank => Assert.Equal((4, false), (rank.Outcome.UpdatesDone, rank.Outcome.IsStopped)));
        Assert.Equal(await RankedRun.LeftAsync(straight.DirectoryPath), await RankedRun.LeftAsync(directory.Of("ranks", "small")));
        Assert.Equal(size > 2, ranks[0].Notices.Contains($"{size - 2} of {size} processes only generate", StringComparison.Ordinal));
    }

    [RunFact]
    public async Task Five_devices_are_shared_by_two_ranks()
    {
        string[] set = ["run.updates=2", "update.questionsPerDevice=1", .. RankedRun.Devices(5)];
        var alone = await SmallRun.RunAsync(model, directory.Of("alone"), set);
        RankedRun.Run(model, directory.Of("ranks"), 2, set);
        Assert.Equal(await RankedRun.LeftAsync(alone.DirectoryPath), await RankedRun.LeftAsync(directory.Of("ranks", "small")));
    }

    [Fact]
    public void Two_devices_that_differ_for_three_processes_are_refused()
    {
        var fault = Record.Exception(() =>
            RankedRun.Run(model, directory.Path, 3, ["model.engine=torch", "update.devices=[\"cuda:0\",\"cuda:1\"]"])
        );
        var refusal = Assert.IsType<UsageException>(Assert.IsType<AggregateException>(fault).Flatten().InnerExceptions[0]);
        Assert.StartsWith("update.devices names 2 devices that differ, and 3 processes run", refusal.Message, StringComparison.Ordinal);
    }
}
