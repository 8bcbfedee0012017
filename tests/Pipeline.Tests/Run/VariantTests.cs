using System.Text.Json.Nodes;
using Cppo.Model.Weights;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Run;

/// <summary>Short runs of the algorithm's variants.</summary>
[Collection(RunsCollection.Name)]
public sealed class VariantTests(SmallModel model) : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [RunFact]
    public async Task Allocation_off_takes_no_further_questions()
    {
        var (metrics, rows) = await RunOnceAsync("allocation.mode=off");
        Assert.Equal((2, 8, 4), ((int)metrics["questions"]!, rows.Length, rows.Count(row => row.IsKept)));
    }

    [RunFact]
    public async Task Allocation_by_tokens_fills_its_micro_batches_and_no_more()
    {
        var (metrics, rows) = await RunOnceAsync(
            "allocation.mode=tokens",
            "update.microBatchTokens=1000",
            "update.microBatchesPerDevice=1"
        );
        Assert.Equal(1, (int)metrics["micro_batches"]!);
        Assert.InRange((long)metrics["tokens_forwarded"]!, 850, 1000);
        Assert.InRange((double)metrics["token_fill"]!, 0.85, 1);
        Assert.Equal((double)metrics["token_fill"]!, (double)metrics["capacity_fill"]!);
        Assert.True((int)metrics["questions"]! > 2);
        Assert.All(rows.Where(row => !row.IsKept), row => Assert.True(row["drop_reason"] is "pruned" or "no_room"));
    }

    [RunFact]
    public async Task Scope_batch_with_token_mean_keeps_the_best_of_all_groups()
    {
        var (_, rows) = await RunOnceAsync("prune.scope=batch", "objective.aggregation=tokenMean");
        Assert.Equal(8, rows.Count(row => row.IsKept));
        double least = rows.Where(row => row.IsKept).Min(row => Math.Abs(row.Number("advantage")));
        Assert.All(rows.Where(row => !row.IsKept), row => Assert.True(Math.Abs(row.Number("advantage")) <= least));
    }

    [RunFact]
    public async Task Random_pruning_keeps_two_of_each_group_and_not_always_the_first()
    {
        var (_, rows) = await RunOnceAsync("prune.rule=random");
        Assert.All(rows.Chunk(4), group => Assert.Equal(2, group.Count(row => row.IsKept)));
        Assert.Contains(rows, row => row.IsKept && row.Int("completion_index") > 1);
    }

    [RunFact]
    public async Task No_pruning_trains_on_everything()
    {
        var (metrics, rows) = await RunOnceAsync("prune.rule=none");
        Assert.Equal((2, 8), ((int)metrics["questions"]!, rows.Length));
        Assert.All(rows, row => Assert.True(row.IsKept));
    }

    [RunFact]
    public async Task Beta_0_reads_no_reference_model()
    {
        var (metrics, _) = await RunOnceAsync(
            "objective.beta=0",
            "model.reference.path=no-such-directory",
            "objective.generationLogprobs=recompute"
        );
        Assert.Equal((double)metrics["policy_loss"]!, (double)metrics["loss"]!);
        Assert.Equal(0, (double)metrics["kl"]!);
    }

    [RunFact]
    public async Task Groups_without_spread_get_no_room_where_they_are_dropped()
    {
        var (metrics, rows) = await RunOnceAsync("allocation.dropZeroAdvantage=true", "reward.parts=[{\"name\":\"format\"}]");
        Assert.Contains(rows, row => row["drop_reason"] == "zero_advantage");
        Assert.All(
            rows.Chunk(4),
            group =>
            {
                // What pruning took is called pruned; what it left of a group without spread is dropped.
                bool hasSpread = group[0].Number("group_std") > 0;
                Assert.Equal(2, group.Count(row => row["drop_reason"] == "pruned"));
                Assert.Equal(hasSpread ? 2 : 0, group.Count(row => row.IsKept));
                Assert.Equal(hasSpread ? 0 : 2, group.Count(row => row["drop_reason"] == "zero_advantage"));
            }
        );
        Assert.Equal(rows.Count(row => row["drop_reason"] == "zero_advantage"), (int)metrics["dropped_zero_advantage"]!);
        Assert.True((int)metrics["questions"]! > 4);
    }

    [RunFact]
    public async Task Two_replicas_make_the_run_of_one()
    {
        // An epsilon far above rounding: else Adam turns rounding into steps where a parameter has no gradient of its own.
        string[] common = ["run.updates=1", "update.adamEpsilon=1e-3", "update.warmupRatio=0", "update.schedule=constant"];
        var one = await SmallRun.RunAsync(model, directory.Of("one"), common);
        var two = await SmallRun.RunAsync(
            model,
            directory.Of("two"),
            [.. common, "update.devices=[\"cpu\",\"cpu\"]", "update.questionsPerDevice=1", "rollout.devices=[\"cpu\",\"cpu\"]"]
        );
        Assert.Equal((false, false), (one.IsStopped, two.IsStopped));
        Assert.Equal((await one.RowsAsync()).Select(row => row.Tokens), (await two.RowsAsync()).Select(row => row.Tokens));
        Assert.Equal((double)one.Metrics[0]["loss"]!, (double)two.Metrics[0]["loss"]!, 1e-4);
        using var first = HfModelDirectory.Open(one.Of("model"));
        using var second = HfModelDirectory.Open(two.Of("model"));
        foreach (var (expected, actual) in first.ReadAll().Zip(second.ReadAll()))
        {
            double difference = expected.Values.Zip(actual.Values, (a, b) => Math.Abs((double)a - b)).Max();
            Assert.True(difference < 1e-5, $"{expected.Name}: {difference}");
        }
    }

    /// <summary>One update; every completion generated has one row and one fate.</summary>
    private async Task<(JsonObject Metrics, RunRow[] Rows)> RunOnceAsync(params string[] set)
    {
        var run = await SmallRun.RunAsync(model, directory.Path, ["run.updates=1", .. set]);
        Assert.False(run.IsStopped);
        var (metrics, rows) = (run.Metrics.Single(), await run.RowsAsync());
        Assert.Equal((int)metrics["completions_generated"]!, rows.Length);
        Assert.Equal((int)metrics["completions_kept"]!, rows.Count(row => row.IsKept));
        Assert.All(rows, row => Assert.Equal(row.IsKept, row["drop_reason"] is null));
        Assert.Equal(4 * (int)metrics["questions"]!, rows.Length);
        return (metrics, rows);
    }
}
