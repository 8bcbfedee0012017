using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Run;

/// <summary>A run of which something was damaged or lost ends as one that was left alone, or is refused and left as it is.</summary>
[Collection(RunsCollection.Name)]
public sealed class DamagedRunTests(SmallModel model) : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [RunTheory]
    [InlineData("policy/model.safetensors", 3000)]
    [InlineData("optimizer.bin", 9000)]
    [InlineData("version/model.safetensors", 5000)]
    public async Task A_bit_that_was_flipped_is_found_and_the_updates_since_the_checkpoint_before_are_made_again(string file, int at)
    {
        var stopped = await StopAsync("update.maxStaleness=1");
        string newest = stopped.Of("checkpoints", stopped.Checkpoints[^1]);
        string version = Path.GetFileName(Assert.Single(Directory.GetDirectories(newest, "version-*")));
        string damaged = file.Replace("version/", $"{version}/", StringComparison.Ordinal);
        Flip(Path.Combine(newest, damaged), at);
        var resumed = await ResumeAsync("update.maxStaleness=1");
        Assert.Contains(
            $"warning: checkpoint {newest} is damaged and passed over: {damaged} is not as it was written",
            resumed.Output,
            StringComparison.Ordinal
        );
        await ResumeTests.AssertSameAsync(await model.StraightAsync(1), resumed);
    }

    [RunFact]
    public async Task A_run_all_of_whose_checkpoints_are_damaged_begins_again_from_its_start_model()
    {
        var stopped = await StopAsync();
        foreach (string checkpoint in stopped.Checkpoints)
        {
            Flip(stopped.Of("checkpoints", checkpoint, "policy", "model.safetensors"), 4000);
        }

        var resumed = await ResumeAsync();
        Assert.Contains("is whole; the run begins again from its start model", resumed.Output, StringComparison.Ordinal);
        await ResumeTests.AssertSameAsync(await model.StraightAsync(0), resumed);
    }

    [RunTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_run_whose_checkpoints_are_gone_is_refused_and_left_as_it_is_until_it_is_asked_to_begin_anew(bool isEmpty)
    {
        var stopped = await StopAsync();
        Directory.Delete(stopped.Of("checkpoints"), recursive: true);
        if (isEmpty)
        {
            Directory.CreateDirectory(stopped.Of("checkpoints"));
        }

        string message = await RefusedAsync(stopped);
        Assert.Equal(
            $"{stopped.DirectoryPath} has the metrics of 2 updates, but the checkpoints that were saved are not in "
                + $"{stopped.Of("checkpoints")}; put them back, or begin anew by --set run.restart=true --set run.resume=false, which "
                + "removes what is there.",
            message
        );
        var anew = await SmallRun.RunAsync(model, directory.Path, "run.restart=true");
        await ResumeTests.AssertSameAsync(await model.StraightAsync(0), anew);
        Assert.Contains("\"restart\": false", File.ReadAllText(anew.Of("config.json")), StringComparison.Ordinal);
    }

    [RunFact]
    public async Task A_checkpoint_that_a_kill_left_between_two_renames_is_used()
    {
        var stopped = await StopAsync();
        string newest = stopped.Of("checkpoints", "step-000002");
        Directory.Move(newest, newest + ".replaced.tmp");
        Directory.Delete(stopped.Of("checkpoints", "step-000001"), recursive: true);
        Directory.CreateDirectory(newest + ".tmp");
        var resumed = await ResumeAsync();
        Assert.DoesNotContain("warning", resumed.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("update 2/4", resumed.Output, StringComparison.Ordinal);
        await ResumeTests.AssertSameAsync(await model.StraightAsync(0), resumed);
    }

    [RunFact]
    public async Task The_newest_checkpoint_that_is_gone_is_named()
    {
        var stopped = await StopAsync();
        Directory.Delete(stopped.Of("checkpoints", "step-000002"), recursive: true);
        var resumed = await ResumeAsync();
        Assert.Contains(
            "warning: the checkpoint after 2 updates, the last that was saved, is not in ",
            resumed.Output,
            StringComparison.Ordinal
        );
        await ResumeTests.AssertSameAsync(await model.StraightAsync(0), resumed);
    }

    [RunTheory]
    [InlineData("completions/step-000001.parquet", null)]
    [InlineData("completions/step-000001.parquet", "PAR1")]
    [InlineData("metrics.jsonl", 1)]
    public async Task Records_that_are_missing_are_made_again_from_the_checkpoint_before_them(string file, object? left)
    {
        var stopped = await StopAsync();
        Damage(stopped.Of(file), left);
        var resumed = await ResumeAsync();
        Assert.Contains(
            "; the run goes on from the checkpoint after 1 update and makes them again",
            resumed.Output,
            StringComparison.Ordinal
        );
        Assert.Contains(stopped.Of(file), resumed.Output, StringComparison.Ordinal);
        await ResumeTests.AssertSameAsync(await model.StraightAsync(0), resumed);
    }

    [RunTheory]
    [InlineData("completions/step-000000.parquet", null, "completions/step-000000.parquet is missing")]
    [InlineData("completions/step-000000.parquet", "", "completions/step-000000.parquet is damaged")]
    [InlineData("metrics.jsonl", null, "metrics.jsonl lacks the lines of steps 0, 1")]
    [InlineData("metrics.jsonl", 0, "metrics.jsonl lacks the lines of steps 0, 1")]
    public async Task Records_that_cannot_be_made_again_are_named_and_the_run_goes_on_without_them_only_where_it_is_told_to(
        string file,
        object? left,
        string missing
    )
    {
        var stopped = await StopAsync();
        Damage(stopped.Of(file), left);
        string message = await RefusedAsync(stopped);
        Assert.StartsWith(stopped.Of(missing.Split('/')), message, StringComparison.Ordinal);
        Assert.Contains("--set run.restart=true", message, StringComparison.Ordinal);
        Assert.Contains("--set run.acceptMissing=true", message, StringComparison.Ordinal);
        var resumed = await ResumeAsync("run.acceptMissing=true");
        Assert.Contains(missing.Split('/')[^1], resumed.Output, StringComparison.Ordinal);
        Assert.Equal((await model.StraightAsync(0)).Weights, resumed.Weights);
        Assert.DoesNotContain("update 2/4", resumed.Output, StringComparison.Ordinal);
    }

    [RunFact]
    public async Task A_run_whose_lock_is_removed_under_it_ends_before_it_saves()
    {
        string held = directory.Of("small", "run.lock");
        var error = await Assert.ThrowsAsync<RunDirectoryException>(() =>
            SmallRun.ActAsync(model, directory.Path, "after 2 updates", () => File.Delete(held), "evaluation.every=2")
        );
        Assert.Contains("was removed or replaced while the run went on", error.Message, StringComparison.Ordinal);
        Assert.Equal(["step-000001"], Directory.EnumerateDirectories(directory.Of("small", "checkpoints")).Select(Path.GetFileName));
        Assert.False(Directory.Exists(directory.Of("small", "model")));
        await ResumeTests.AssertSameAsync(await model.StraightAsync(0), await ResumeAsync());
    }

    [RunFact]
    public async Task A_finished_run_that_is_resumed_keeps_its_checkpoints_and_its_model()
    {
        var finished = await SmallRun.RunAsync(model, directory.Path, "run.updates=2");
        string[] files = ["checkpoints/step-000001/state.json", "checkpoints/step-000002/state.json", "metrics.jsonl", "saved.json"];
        string[] before = [.. files.Select(file => File.ReadAllText(finished.Of(file)))];
        byte[] weights = finished.Weights;
        var again = await ResumeAsync("run.updates=2");
        Assert.Equal(before, files.Select(file => File.ReadAllText(finished.Of(file))));
        Assert.Equal(weights, again.Weights);
    }

    [RunFact]
    public async Task Checkpoints_are_kept_by_number_and_by_test_accuracy_or_reward()
    {
        string[] keys = ["checkpoint.keepLast=1", "checkpoint.keepEvery=2", "checkpoint.keepBest=1", "evaluation.every=1"];
        var run = await SmallRun.RunAsync(model, directory.Of("accuracy"), [.. keys, "evaluation.after=true"]);
        AssertKept(run, [.. run.Evaluations.Select(line => (double)line["accuracy"]!)], "accuracy");
        run = await SmallRun.RunUntilAsync(model, directory.Of("reward"), "after 2 updates", [.. keys, "checkpoint.best=reward"]);
        run = await SmallRun.RunAsync(model, directory.Of("reward"), [.. keys, "checkpoint.best=reward", "run.resume=true"]);
        AssertKept(run, [.. run.Metrics.Select(line => (double)line["reward_mean"]!)], "reward");

        static void AssertKept(SmallRun run, double[] scores, string what)
        {
            Assert.Equal(4, scores.Length);
            int best = Array.LastIndexOf(scores, scores.Max()) + 1;
            Assert.Equal(new[] { 2, 4, best }.Distinct().Order().Select(step => $"step-00000{step}"), run.Checkpoints);
            Assert.Contains($"best     {run.Of("checkpoints", $"step-00000{best}")} ({what} ", run.Output, StringComparison.Ordinal);
        }
    }

    private Task<SmallRun> StopAsync(params string[] set) =>
        SmallRun.RunUntilAsync(model, directory.Path, "after 2 updates", [.. set, "evaluation.every=2"]);

    private Task<SmallRun> ResumeAsync(params string[] set) => SmallRun.RunAsync(model, directory.Path, [.. set, "run.resume=true"]);

    /// <summary>The message of a refused resume, which left everything as it was.</summary>
    private async Task<string> RefusedAsync(SmallRun run)
    {
        var before = Content();
        var error = await Assert.ThrowsAsync<RunDirectoryException>(() => ResumeAsync());
        Assert.Equal(before, Content());
        return error.Message;

        Dictionary<string, string> Content() =>
            Directory
                .GetFiles(run.DirectoryPath, "*", SearchOption.AllDirectories)
                .Where(path => Path.GetFileName(path) != "run.lock")
                .Order(StringComparer.Ordinal)
                .ToDictionary(path => path, path => Convert.ToHexString(File.ReadAllBytes(path)));
    }

    private static void Flip(string path, int at)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[at] ^= 1 << 6;
        File.WriteAllBytes(path, bytes);
    }

    /// <summary>Leaves a text, so many lines, or nothing.</summary>
    private static void Damage(string path, object? left)
    {
        switch (left)
        {
            case null:
                File.Delete(path);
                break;
            case int count:
                File.WriteAllLines(path, File.ReadAllLines(path).Take(count));
                break;
            default:
                File.WriteAllText(path, (string)left);
                break;
        }
    }
}
