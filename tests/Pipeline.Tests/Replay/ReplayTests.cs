using System.Text.Json.Nodes;
using Cppo.Pipeline.Sinks;
using Cppo.Pipeline.Tests.Cli;
using Cppo.Pipeline.Tests.Run;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Replay;

/// <summary>An update of a run that is made again gives the recorded numbers to the bit, and damage to its rows is found.</summary>
[Collection(RunsCollection.Name)]
public sealed class ReplayTests(SmallModel model) : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    private static async Task<(int Code, string Output, string Notices)> ReplayAsync(string run, int step, params string[] options) =>
        await TinyModelFolder.RunAsync("", ["replay", run, "--step", $"{step}", .. options]);

    [RunTheory]
    [InlineData("update.maxStaleness=1", "objective.beta=0.04")]
    [InlineData("prune.rule=random", "update.devices=cpu,cpu")]
    [InlineData("allocation.mode=tokens", "update.microBatchesPerDevice=2", "prune.scope=question")]
    [InlineData("update.guard.multiple=1.0001", "update.guard.window=3", "update.passes=3")]
    [InlineData("prune.scope=batch", "objective.generationLogprobs=recompute")]
    [InlineData(
        "objective.generationLogprobs=recompute",
        "objective.importanceCap=1.01",
        "objective.importanceLevel=sequence",
        "objective.importanceBand=[0.9,5]"
    )]
    public async Task Every_update_is_made_again_from_the_checkpoint_before_it_and_from_the_start(params string[] keys)
    {
        var run = await SmallRun.RunAsync(model, directory.Path, [.. keys, "checkpoint.every=2", "checkpoint.keepLast=8"]);
        for (int step = 0; step < 4; step++)
        {
            var (code, output, notices) = await ReplayAsync(run.DirectoryPath, step);
            Assert.True(code == 0, output + notices);
            Assert.EndsWith("\nequal\n", output, StringComparison.Ordinal);
            Assert.Contains((string)run.Metrics[step]["weights_hash"]!, output, StringComparison.Ordinal);
            string origin = step < 2 ? model.ModelPath : run.Of("checkpoints", "step-000002");
            Assert.Contains($"from {origin}", output, StringComparison.Ordinal);
        }

        Directory.Delete(run.Of("checkpoints"), recursive: true);
        var (all, table, _) = await ReplayAsync(run.DirectoryPath, 3);
        Assert.Equal(0, all);
        Assert.Contains($"from {model.ModelPath} by steps 0 to 3", table, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Damages =>
        new()
        {
            { "token", "texts" },
            { "logprob", "weights_hash" },
            { "reward", "rewards" },
            { "advantage", "advantages" },
            { "fate", "fates" },
            { "micro-batch", "fates" },
        };

    [RunTheory]
    [MemberData(nameof(Damages))]
    public async Task A_damaged_row_is_not_equal(string damage, string unequal)
    {
        var straight = await model.StraightAsync(0);
        string run = CopiedRun.Of(straight.DirectoryPath, directory.Of("small"));
        RunRow[] rows = [.. (await straight.RowsAsync()).Where(row => row.Step == 3)];
        int kept = Array.FindIndex(rows, row => row.IsKept);
        await RewrittenRows.ChangeAsync(run, 3, (row, place) => place == kept ? Damage(row, damage) : row);
        var (code, output, _) = await ReplayAsync(run, 3);
        Assert.Equal(1, code);
        Assert.EndsWith("\nnot equal\n", output, StringComparison.Ordinal);
        Assert.Contains(
            output.Split('\n'),
            line => line.StartsWith(unequal, StringComparison.Ordinal) && line.EndsWith(" no", StringComparison.Ordinal)
        );
    }

    internal static RolloutRow Damage(RolloutRow row, string damage) =>
        damage switch
        {
            "token" => row.WithTokens(ids => ids[0] = ids[0] == 40 ? 41 : 40),
            "logprob" => row.WithLogprobs(logprobs => logprobs[^1] -= 2f),
            "reward" => row.WithReward(row.Reward.Total + 0.5),
            "advantage" => row with { Advantage = row.Advantage + 0.25 },
            "fate" => row with { Fate = Stages.Fate.Pruned, MicroBatch = null },
            "micro-batch" => row with { MicroBatch = row.MicroBatch + 1 },
            _ => throw new ArgumentOutOfRangeException(nameof(damage), damage, "No such damage."),
        };

    [RunFact]
    public async Task An_update_before_the_one_asked_for_that_is_not_equal_is_named()
    {
        var straight = await model.StraightAsync(0);
        string run = CopiedRun.Of(straight.DirectoryPath, directory.Of("small"));
        Directory.Delete(Path.Combine(run, "checkpoints"), recursive: true);
        RunRow[] rows = [.. (await straight.RowsAsync()).Where(row => row.Step == 1)];
        int kept = Array.FindIndex(rows, row => row.IsKept);
        await RewrittenRows.ChangeAsync(run, 1, (row, place) => place == kept ? Damage(row, "advantage") : row);
        var (code, output, _) = await ReplayAsync(run, 3);
        Assert.Equal(1, code);
        Assert.Contains("step 1 is the first of them that is not equal", output, StringComparison.Ordinal);
        var json = JsonNode.Parse((await ReplayAsync(run, 3, "--json")).Output)!;
        Assert.Equal((3, 1, 0), ((int)json["step"]!, (int)json["first_unequal_step"]!, (int)json["first_step"]!));
        Assert.False((bool)json["equal"]!);
    }

    [RunFact]
    public async Task A_damaged_checkpoint_is_passed_over_and_a_line_without_a_hash_is_compared_by_the_rest()
    {
        var straight = await model.StraightAsync(0);
        string run = CopiedRun.Of(straight.DirectoryPath, directory.Of("small"));
        string newest = Path.Combine(run, "checkpoints", "step-000003");
        string optimizer = Path.Combine(newest, "optimizer.bin");
        byte[] moments = File.ReadAllBytes(optimizer);
        moments[^1] ^= 1;
        File.WriteAllBytes(optimizer, moments);
        string metrics = Path.Combine(run, "metrics.jsonl");
        string[] lines = File.ReadAllLines(metrics);
        var last = JsonNode.Parse(lines[3])!.AsObject();
        Assert.True(last.Remove("weights_hash"));
        lines[3] = last.ToJsonString();
        File.WriteAllLines(metrics, lines);
        var (code, output, notices) = await ReplayAsync(run, 3);
        Assert.Equal(0, code);
        Assert.Contains("not recorded", output, StringComparison.Ordinal);
        Assert.Contains($"{newest} is damaged and passed over: optimizer.bin is not as it was written", notices, StringComparison.Ordinal);
    }

    [RunFact]
    public async Task Mistakes_are_told_in_one_sentence()
    {
        var straight = await model.StraightAsync(0);
        string run = CopiedRun.Of(straight.DirectoryPath, directory.Of("small"));
        Assert.Contains("has no step 9; it has the steps 0 to 3", await RefusalAsync(run, 9), StringComparison.Ordinal);
        Assert.Contains("is no run's directory", await RefusalAsync(directory.Path, 0), StringComparison.Ordinal);
        string rows = Path.Combine(run, "completions", "step-000003.parquet");
        File.WriteAllBytes(rows, File.ReadAllBytes(rows)[..200]);
        Assert.Contains(rows, await RefusalAsync(run, 3), StringComparison.Ordinal);
        File.Delete(rows);
        Assert.Contains($"{rows} does not exist", await RefusalAsync(run, 3), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(run, "metrics.jsonl"), "");
        Assert.Contains("has no line of an update", await RefusalAsync(run, 0), StringComparison.Ordinal);
    }

    private static async Task<string> RefusalAsync(string run, int step)
    {
        var (code, output, error) = await ReplayAsync(run, step);
        Assert.Equal((2, ""), (code, output));
        return error;
    }
}
