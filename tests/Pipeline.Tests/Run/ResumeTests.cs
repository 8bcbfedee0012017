using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Tests.Browse;
using Cppo.Pipeline.Tests.Checkpoints;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Run;

/// <summary>A run that was stopped, cancelled or damaged goes on to the same end as one that was left alone.</summary>
[Collection(RunsCollection.Name)]
public sealed class ResumeTests(SmallModel model) : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [RunTheory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_stopped_run_continues_to_the_same_weights_and_rows(int staleness)
    {
        string key = $"update.maxStaleness={staleness}";
        var stopped = await SmallRun.RunUntilAsync(
            model,
            directory.Path,
            "after 2 updates",
            key,
            "evaluation.every=2",
            "checkpoint.every=0"
        );
        Assert.True(stopped.IsStopped);
        int done = stopped.Metrics.Length;
        Assert.InRange(done, 2, 2 + staleness);
        Assert.Contains($"stopped after {done} of 4 updates", stopped.Output, StringComparison.Ordinal);
        Assert.Equal([$"step-00000{done}"], stopped.Checkpoints);
        Assert.Contains($"continue with --set run.resume=true", stopped.Output, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(stopped.Of("checkpoints", $"step-00000{done}", "policy", "model.safetensors")), stopped.Weights);
        Assert.True(File.Exists(stopped.Of("report.html")));
        var resumed = await SmallRun.RunAsync(model, directory.Path, key, "run.resume=true");
        await AssertSameAsync(await model.StraightAsync(staleness), resumed);
    }

    /// <summary>What version 0.1.0 did not write.</summary>
    private const string LaterKeys =
        "\"(?:formatVersion|format_version)\": ?[23],|\"programVersion\": \"[^\"]*\",|\"surrogate\": \"clipped\",|\"chat\": \"auto\","
        + "|\"guard\": \\{[^}]*\\},";

    [RunFact]
    public async Task A_run_of_a_program_that_stated_no_versions_continues_to_the_same_weights()
    {
        var stopped = await SmallRun.RunUntilAsync(model, directory.Path, "after 2 updates", "evaluation.every=2", "checkpoint.every=0");
        EarlierState.Make(stopped.Of("checkpoints", stopped.Checkpoints.Single()));
        File.Delete(stopped.Of("saved.json"));
        foreach (string path in new[] { stopped.Of("config.json"), stopped.Of("metrics.jsonl"), stopped.Of("evaluations.jsonl") })
        {
            string text = File.ReadAllText(path),
                without = Regex.Replace(text, LaterKeys, "");
            Assert.NotEqual(text, without);
            File.WriteAllText(path, without);
        }

        MakeEarlier(stopped);
        var resumed = await SmallRun.RunAsync(model, directory.Path, "run.resume=true");
        await AssertSameAsync(await model.StraightAsync(0), resumed);
        Assert.Contains("\"formatVersion\": 2,", File.ReadAllText(resumed.Of("config.json")), StringComparison.Ordinal);
        Assert.Equal([null, null, 3, 3], resumed.Metrics.Select(line => (int?)line["format_version"]));
        Assert.Equal([0, 1, 2, 3], resumed.Metrics.Select(line => (int)line["policy_version"]!));
        Assert.All(resumed.Metrics, line => Assert.InRange((double)line["token_fill"]!, 0.1, 1));
        Assert.Equal(
            ["step-000002.parquet", "step-000003.parquet", "step=000000", "step=000001"],
            Directory.EnumerateFileSystemEntries(resumed.Of("completions")).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        var shown = OfflineData.Of(File.ReadAllText(resumed.Of("report.html")))["groups"]!.AsObject().Single().Value!["items"]!.AsArray();
        Assert.Equal([1, 2, 3, 4], shown.Select(group => (int)group!["update"]!).Distinct());
    }

    /// <summary>Gives metrics and completions the form of version 0.1.0: the version that was made, one fill, a directory a step.</summary>
    private static void MakeEarlier(SmallRun run)
    {
        string[] later =
        [
            "kinds_generated",
            "kinds_kept",
            "kept_advantage_share",
            "update_devices",
            "capacity_fill",
            "device_balance",
            "device_balance_threshold",
            "tokens_generated",
            "steps_skipped",
            "weights_hash",
        ];
        string path = run.Of("metrics.jsonl");
        var lines = File.ReadAllLines(path).Select(line => JsonNode.Parse(line)!.AsObject()).ToArray();
        foreach (var line in lines)
        {
            line["policy_version"] = (int)line["step"]! + 1;
            line["fill"] = (double)line["token_fill"]!;
            Assert.All([.. later, "token_fill"], key => Assert.True(line.Remove(key), key));
        }

        File.WriteAllText(path, string.Concat(lines.Select(line => line.ToJsonString() + "\n")));
        foreach (string file in Directory.GetFiles(run.Of("completions")))
        {
            string name = Path.GetFileNameWithoutExtension(file).Replace("step-", "step=", StringComparison.Ordinal);
            File.Move(file, Path.Combine(Directory.CreateDirectory(run.Of("completions", name)).FullName, "part-0.parquet"));
        }
    }

    [RunTheory]
    [InlineData("config.json", "\"formatVersion\": ", 2, "configuration")]
    [InlineData("metrics.jsonl", "\"format_version\":", 3, "metrics")]
    public async Task A_run_of_a_newer_program_is_refused_and_left_as_it_is(string file, string key, int current, string name)
    {
        var (written, newer) = ($"{key}{current}", $"{key}{current + 1}");
        var stopped = await SmallRun.RunUntilAsync(model, directory.Path, "after 2 updates", "evaluation.every=2", "checkpoint.every=0");
        File.WriteAllText(stopped.Of(file), File.ReadAllText(stopped.Of(file)).Replace(written, newer, StringComparison.Ordinal));
        var before = Times();
        var error = await Assert.ThrowsAsync<FileFormatException>(() => SmallRun.RunAsync(model, directory.Path, "run.resume=true"));
        Assert.StartsWith(
            $"{stopped.Of(file)} is of version {current + 1} of the {name} format, and this program reads versions 1 to {current}; ",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Equal(before, Times());

        Dictionary<string, DateTime> Times() =>
            Directory
                .GetFiles(stopped.DirectoryPath, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .ToDictionary(path => path, File.GetLastWriteTimeUtc);
    }

    [RunFact]
    public async Task A_cancelled_run_continues_from_its_last_checkpoint()
    {
        var error = await SmallRun.CancelAsync(model, directory.Path, "after 2 updates", "evaluation.every=2");
        Assert.IsAssignableFrom<OperationCanceledException>(error);
        var resumed = await SmallRun.RunAsync(model, directory.Path, "run.resume=true");
        await AssertSameAsync(await model.StraightAsync(0), resumed);
    }

    [RunFact]
    public async Task A_run_cancelled_before_its_first_checkpoint_begins_anew()
    {
        var error = await SmallRun.CancelAsync(model, directory.Path, "update 1/4", "checkpoint.every=0");
        Assert.IsAssignableFrom<OperationCanceledException>(error);
        var resumed = await SmallRun.RunAsync(model, directory.Path, "run.resume=true");
        await AssertSameAsync(await model.StraightAsync(0), resumed);
    }

    [RunTheory]
    [InlineData(1, 2)]
    [InlineData(0, 2)]
    [InlineData(0, 3)]
    public async Task Rows_that_cannot_be_written_end_the_run_at_its_last_checkpoint(int checkpointEvery, int step)
    {
        var stopped = await SmallRun.RunUntilAsync(model, directory.Path, "after 2 updates", "evaluation.every=2", "checkpoint.every=0");
        string inTheWay = Directory.CreateDirectory(stopped.Of("completions", $"step-00000{step}.parquet")).FullName;
        var error = await Assert.ThrowsAsync<IOException>(() =>
            SmallRun.RunAsync(model, directory.Path, "run.resume=true", $"checkpoint.every={checkpointEvery}")
        );
        Assert.StartsWith($"The completions of step {step} could not be written to ", error.Message, StringComparison.Ordinal);
        Assert.Equal((step, "step-000002"), (stopped.Metrics.Length, Assert.Single(stopped.Checkpoints)));
        Directory.Delete(inTheWay);
        var resumed = await SmallRun.RunAsync(model, directory.Path, "run.resume=true");
        await AssertSameAsync(await model.StraightAsync(0), resumed);
    }

    [RunFact]
    public async Task A_damaged_checkpoint_is_passed_over()
    {
        await SmallRun.RunUntilAsync(model, directory.Path, "after 2 updates", "update.maxStaleness=1", "evaluation.every=2");
        string newest = Directory.EnumerateDirectories(directory.Of("small", "checkpoints")).Max(StringComparer.Ordinal)!;
        byte[] optimizer = File.ReadAllBytes(Path.Combine(newest, "optimizer.bin"));
        Array.Fill<byte>(optimizer, 0xFF, 0, 16);
        File.WriteAllBytes(Path.Combine(newest, "optimizer.bin"), optimizer);
        var resumed = await SmallRun.RunAsync(model, directory.Path, "update.maxStaleness=1", "run.resume=true");
        Assert.Contains($"warning: checkpoint {newest} is damaged and passed over", resumed.Output, StringComparison.Ordinal);
        await AssertSameAsync(await model.StraightAsync(1), resumed);
    }

    [RunFact]
    public async Task A_finished_run_that_is_resumed_changes_nothing()
    {
        string[] evaluated = ["run.updates=2", "evaluation.before=true", "evaluation.after=true"];
        var finished = await SmallRun.RunAsync(model, directory.Path, evaluated);
        var again = await SmallRun.RunAsync(model, directory.Path, [.. evaluated, "run.resume=true"]);
        Assert.False(again.IsStopped);
        Assert.Equal(finished.Weights, again.Weights);
        Assert.Equal([0, 1], again.Metrics.Select(line => (int)line["step"]!));
        Assert.Equal([0, 2], again.Evaluations.Select(line => (int)line["step"]!));
    }

    internal static async Task AssertSameAsync(SmallRun straight, SmallRun resumed)
    {
        Assert.Equal((false, false), (straight.IsStopped, resumed.IsStopped));
        Assert.Equal([0, 1, 2, 3], resumed.Metrics.Select(line => (int)line["step"]!));
        Assert.Equal((await straight.RowsAsync()).Select(row => row.Text), (await resumed.RowsAsync()).Select(row => row.Text));
        Assert.Equal(straight.Weights, resumed.Weights);
    }
}
