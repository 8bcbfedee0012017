using Cppo.Model.Engine;
using Cppo.Model.Loading;
using Cppo.Model.Tokenizer;
using Cppo.Model.Weights;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Run;

/// <summary>What a run leaves, and that the same run leaves the same.</summary>
[Collection(RunsCollection.Name)]
public sealed class TrainingRunTests(SmallModel model) : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [RunFact]
    public async Task A_run_leaves_its_configuration_metrics_completions_checkpoints_model_and_report()
    {
        var run = await SmallRun.RunAsync(
            model,
            directory.Path,
            "run.updates=3",
            "evaluation.before=true",
            "evaluation.after=true",
            "evaluation.every=2"
        );
        Assert.False(run.IsStopped);
        Assert.Equal(
            [
                "checkpoints",
                "completions",
                "config.json",
                "evaluations.jsonl",
                "metrics.jsonl",
                "model",
                "report.html",
                "run.lock",
                "saved.json",
            ],
            Directory.EnumerateFileSystemEntries(run.DirectoryPath).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        var resolved = ConfigLoader.Load(run.Of("config.json"), []);
        Assert.Equal(ConfigWriter.WriteForRun(resolved), File.ReadAllText(run.Of("config.json")));
        Assert.Equal((3, 4, 1e-3), (resolved.Run.Updates, resolved.Rollout.Group, resolved.Update.LearningRate));
        Assert.Equal([0, 1, 2], run.Metrics.Select(line => (int)line["step"]!));
        Assert.Equal([0, 2, 3], run.Evaluations.Select(line => (int)line["step"]!));
        Assert.All(run.Evaluations, line => Assert.Equal(6, (int)line["questions"]!));
        Assert.Equal(["step-000002", "step-000003"], run.Checkpoints);
        Assert.Contains("after 3 updates: accuracy", run.Output, StringComparison.Ordinal);
        Assert.StartsWith("done in ", run.Output.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("? left", run.Output, StringComparison.Ordinal);
        Assert.Contains("<html", File.ReadAllText(run.Of("report.html")), StringComparison.Ordinal);
    }

    [RunFact]
    public async Task Every_completion_is_written_with_its_fate()
    {
        var run = await model.StraightAsync(0);
        var rows = await run.RowsAsync();
        Assert.Equal([0, 1, 2, 3], rows.Select(row => row.Step).Distinct());
        foreach (var (metrics, step) in run.Metrics.Zip(rows.GroupBy(row => row.Step)))
        {
            Assert.Equal(16, step.Count());
            Assert.Equal(
                (16, 8, 8),
                ((int)metrics["completions_generated"]!, (int)metrics["completions_kept"]!, (int)metrics["completions_pruned"]!)
            );
            Assert.Equal(8, step.Count(row => row.IsKept));
            Assert.All(step, row => Assert.Equal(row.IsKept ? null : "pruned", row["drop_reason"]));
            Assert.All(step, row => Assert.Equal(row.IsKept, row["micro_batch"] is not null));
            Assert.Equal(step.Average(row => row.Number("reward")), (double)metrics["reward_mean"]!, 1e-9);
        }

        // Kept are the two largest |advantage| of each group.
        foreach (var group in rows.Chunk(4))
        {
            Assert.Single(group.Select(row => row["question_id"]).Distinct());
            double least = group.Where(row => row.IsKept).Min(row => Math.Abs(row.Number("advantage")));
            Assert.All(group.Where(row => !row.IsKept), row => Assert.True(Math.Abs(row.Number("advantage")) <= least));
        }

        Assert.Contains(rows, row => row.Number("group_std") > 0);
        Assert.Equal(12, rows.Take(48).Select(row => row["question_id"]).Distinct().Count());
    }

    [RunFact]
    public async Task The_model_loads_again_with_its_tokenizer_and_has_learned()
    {
        var run = await model.StraightAsync(0);
        using var trained = HfModelDirectory.Open(run.Of("model"));
        using var before = HfModelDirectory.Open(model.ModelPath);
        Assert.Equal(before.Config, trained.Config);
        Assert.Contains(trained.ReadAll().Zip(before.ReadAll()), pair => !pair.First.Values.AsSpan().SequenceEqual(pair.Second.Values));
        Assert.All(trained.ReadAll(), weight => Assert.All(weight.Values, value => Assert.True(float.IsFinite(value))));
        ByteLevelTokenizer saved = ByteLevelTokenizer.Load(run.Of("model")),
            original = ByteLevelTokenizer.Load(model.ModelPath);
        Assert.Equal(original.StopTokenIds, saved.StopTokenIds);
        Assert.Equal(original.Encode("Tom has 12 apples.<|im_end|>"), saved.Encode("Tom has 12 apples.<|im_end|>"));
        using var engine = EngineFactory.Load("auto", run.Of("model"), new EngineSettings { Threads = 1 });
        Assert.Equal(before.Config, engine.Config);
    }

    [RunTheory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_second_run_has_the_same_weights_and_rows(int staleness)
    {
        var first = await model.StraightAsync(staleness);
        var second = await SmallRun.RunAsync(
            model,
            directory.Path,
            $"update.maxStaleness={staleness}",
            "flow.stageCapacity=1",
            "flow.rewardParallelism=3"
        );
        Assert.Equal((false, false), (first.IsStopped, second.IsStopped));
        Assert.Equal(first.Weights, second.Weights);
        Assert.Equal((await first.RowsAsync()).Select(row => row.Text), (await second.RowsAsync()).Select(row => row.Text));
        Assert.Equal(first.Metrics.Select(line => (double)line["loss"]!), second.Metrics.Select(line => (double)line["loss"]!));
    }

    [RunFact]
    public async Task Staleness_says_which_version_generates_a_batch()
    {
        foreach (int staleness in new[] { 0, 1 })
        {
            var run = await model.StraightAsync(staleness);
            var rows = await run.RowsAsync();
            Assert.All(rows, row => Assert.Equal(Math.Max(0, row.Step - staleness), row.Int("policy_version")));
            Assert.Equal(
                run.Metrics.Select(line => ((int)line["step"]!, (int)line["policy_version"]!)),
                rows.Select(row => (row.Step, row.Int("policy_version"))).Distinct()
            );
        }
    }

    [RunFact]
    public async Task Rollouts_work_beside_the_update_only_where_they_may_run_ahead()
    {
        Assert.All((await model.StraightAsync(0)).Metrics, line => Assert.Equal(0, (double)line["overlap_seconds"]!));
        var beside = (await model.StraightAsync(1)).Metrics;
        Assert.Contains(beside, line => (double)line["overlap_seconds"]! > 0);
        Assert.All(
            beside,
            line =>
            {
                double step = (double)line["step_seconds"]!;
                Assert.InRange((double)line["overlap_seconds"]!, 0, step);
                Assert.All(
                    line["busy_spans"]!["update"]!.AsArray(),
                    span => Assert.InRange((double)span![1]!, (double)span[0]!, step + 1e-3)
                );
            }
        );
    }

    [RunFact]
    public async Task Another_seed_gives_another_run()
    {
        var first = await model.StraightAsync(0);
        var other = await SmallRun.RunAsync(model, directory.Path, "run.seed=4");
        Assert.NotEqual(first.Weights, other.Weights);
        Assert.NotEqual((await first.RowsAsync()).Select(row => row.Tokens), (await other.RowsAsync()).Select(row => row.Tokens));
    }

    [RunFact]
    public async Task A_run_of_no_updates_saves_the_model_as_it_is()
    {
        var run = await SmallRun.RunAsync(model, directory.Path, "run.updates=0", "evaluation.after=true");
        Assert.False(run.IsStopped);
        Assert.Equal(File.ReadAllBytes(Path.Combine(model.ModelPath, "model.safetensors")), run.Weights);
        Assert.Equal([0], run.Evaluations.Select(line => (int)line["step"]!));
        Assert.Empty(run.Metrics);
    }

    [RunFact]
    public async Task A_loss_that_is_not_finite_ends_the_run_and_keeps_the_last_checkpoint()
    {
        // The first update's enormous step is still finite; the second one's batch is of the version before it, whose tokens are now
        // next to impossible, so that the distance to the reference overflows.
        var error = await Record.ExceptionAsync(() =>
            SmallRun.RunAsync(
                model,
                directory.Path,
                "update.learningRate=1",
                "rollout.temperature=0.05",
                "update.schedule=constant",
                "update.warmupRatio=0",
                "update.maxGradientNorm=0",
                "update.passes=1",
                "update.maxStaleness=1",
                "objective.beta=100"
            )
        );
        Assert.IsType<Model.Training.NonFiniteUpdateException>(error);
        string run = directory.Of("small");
        Assert.Equal(["step-000001"], Directory.EnumerateDirectories(Path.Combine(run, "checkpoints")).Select(Path.GetFileName));
        Assert.False(Directory.Exists(Path.Combine(run, "model")));
        using var saved = HfModelDirectory.Open(Path.Combine(run, "checkpoints", "step-000001", "policy"));
        Assert.All(saved.ReadAll(), weight => Assert.All(weight.Values, value => Assert.True(float.IsFinite(value))));
        Assert.All(await RunRow.ReadAllAsync(Path.Combine(run, "completions")), row => Assert.Equal(0, row.Step));
    }
}
