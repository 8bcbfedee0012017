using System.Diagnostics;
using System.Text.Json.Nodes;
using Cppo.Model.Engine;
using Cppo.Model.Tokenizer;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Models;
using Cppo.Pipeline.Tests.Configuration;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Run;

/// <summary>Which model a path means, and that it answers as the run judged it.</summary>
[Collection(RunsCollection.Name)]
public sealed class ModelPlaceTests(SmallModel model) : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    private static ModelPlace Find(string path) => ModelPlace.Find(path, line => Assert.Fail(line));

    [RunFact]
    public async Task A_finished_run_is_its_model_and_a_checkpoint_itself()
    {
        var run = await model.StraightAsync(0);
        string path = run.DirectoryPath;
        Assert.Equal((run.Of("model"), $"{path}, trained by all 4 updates"), PlaceOf(path));
        Assert.Equal(PlaceOf(path), PlaceOf(path + Path.DirectorySeparatorChar));
        var third = (run.Of("checkpoints", "step-000003", "policy"), $"{path}, checkpoint after 3 of 4 updates");
        Assert.Equal(third, PlaceOf(run.Of("checkpoints", "step-000003")));
        Assert.Equal(third, PlaceOf(run.Of("checkpoints", "3")));
        Assert.Equal(third, PlaceOf(run.Of("checkpoints", "3") + Path.DirectorySeparatorChar));
        Assert.Equal(third, PlaceOf(run.Of("checkpoints", "step-000003", "policy")));
        Assert.Equal((run.Of("model"), $"{run.Of("model")}, the model that the run {path} left"), PlaceOf(run.Of("model")));
        Assert.Equal((model.ModelPath, model.ModelPath), PlaceOf(model.ModelPath));

        static (string Path, string Description) PlaceOf(string named) => (Find(named).Model.Path, Find(named).Description);
    }

    [RunFact]
    public async Task A_directory_whose_configuration_is_a_pipe_is_refused_without_waiting_for_its_writer()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string path = directory.Of("model"),
            config = Path.Combine(path, "config.json");
        CopyDirectory(model.ModelPath, path);
        File.Delete(config);
        using (var made = Process.Start("mkfifo", [config]))
        {
            await made.WaitForExitAsync();
        }

        var (code, _, error) = await RunAsync("", "generate", path, "1+1=?").WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(2, code);
        Assert.Contains($"{config} cannot be read: it is a named pipe", error, StringComparison.Ordinal);
    }

    [RunFact]
    public async Task A_run_that_was_stopped_is_its_newest_checkpoint_and_a_killed_one_too()
    {
        var run = await SmallRun.RunUntilAsync(model, directory.Path, "after 2 updates", "evaluation.every=2");
        string path = run.DirectoryPath;
        Assert.Equal($"{path}, checkpoint after 2 of 4 updates", Find(path).Description);
        Directory.Delete(run.Of("model"), recursive: true);
        Assert.Equal(run.Of("checkpoints", "step-000002", "policy"), Find(path).Model.Path);
        Directory.Delete(run.Of("checkpoints"), recursive: true);
        Assert.Contains("has neither a checkpoint nor a trained model", Fault(path), StringComparison.Ordinal);
    }

    [RunFact]
    public async Task A_checkpoint_whose_weights_were_changed_is_passed_over_and_refused_where_it_is_named()
    {
        var run = await SmallRun.RunUntilAsync(model, directory.Path, "after 2 updates", "evaluation.every=2");
        string checkpoint = run.Of("checkpoints", "step-000002"),
            weights = Path.Combine(checkpoint, "policy", "model.safetensors");
        byte[] bytes = File.ReadAllBytes(weights);
        bytes[^1] ^= 1;
        File.WriteAllBytes(weights, bytes);
        var warnings = new List<string>();
        Assert.Equal($"{run.DirectoryPath}, checkpoint after 1 of 4 updates", ModelPlace.Find(run.DirectoryPath, warnings.Add).Description);
        Assert.Contains("policy/model.safetensors is not as it was written", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Contains(
            "policy/model.safetensors is not as it was written",
            Assert.Throws<ModelFileException>(() => Find(checkpoint)).Message,
            StringComparison.Ordinal
        );
    }

    [RunFact]
    public async Task A_run_that_goes_on_takes_back_the_model_that_it_left()
    {
        var stopped = await SmallRun.RunUntilAsync(model, directory.Path, "after 2 updates", "evaluation.every=2");
        Assert.True(Directory.Exists(stopped.Of("model")));
        var error = await SmallRun.CancelAsync(model, directory.Path, "update 3/4", "run.resume=true", "evaluation.every=2");
        Assert.IsAssignableFrom<OperationCanceledException>(error);
        Assert.False(Directory.Exists(stopped.Of("model")));
        Assert.Equal(0, (await RunAsync("", "generate", stopped.DirectoryPath, "two")).ExitCode);
    }

    [RunFact]
    public async Task What_is_no_model_is_answered_with_what_there_is()
    {
        var run = await model.StraightAsync(0);
        string above = Path.GetDirectoryName(run.DirectoryPath)!;
        Assert.Equal($"{above} is no run, checkpoint or model itself; name one in it: small.", Fault(above));
        Assert.EndsWith("name one in it: step-000003, step-000004.", Fault(run.Of("checkpoints")), StringComparison.Ordinal);
        Assert.EndsWith($"; did you mean {run.DirectoryPath}?", Fault(Path.Combine(above, "smal")), StringComparison.Ordinal);
        Assert.EndsWith("there are step-000003, step-000004.", Fault(run.Of("checkpoints", "9")), StringComparison.Ordinal);
        Assert.Contains("is a file", Fault(run.Of("config.json")), StringComparison.Ordinal);
        Assert.Contains("holds no run, no checkpoint and no model", Fault(directory.Path), StringComparison.Ordinal);
        string outside = directory.Of("step-000003");
        CopyDirectory(run.Of("checkpoints", "step-000003"), outside);
        Assert.Contains("outside of its run", Fault(outside), StringComparison.Ordinal);
    }

    [RunFact]
    public async Task Run_model_and_checkpoint_answer_token_for_token_as_eval_judged_them()
    {
        var run = await model.StraightAsync(0);
        string alone = directory.Of("alone");
        CopyDirectory(run.Of("model"), alone);
        string rows = directory.Of("rows.jsonl");
        var (code, _, said) = await RunAsync("", "eval", run.DirectoryPath, "--completions", rows, "--output", directory.Of("r.json"));
        Assert.Equal(0, code);
        Assert.StartsWith($"model: {run.DirectoryPath}, trained by all 4 updates\n", said, StringComparison.Ordinal);
        var judged = File.ReadAllLines(rows).Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.Equal(6, judged.Length);
        foreach (string place in new[] { run.DirectoryPath, alone, run.Of("checkpoints", "step-000004") })
        {
            foreach (var row in judged)
            {
                var (question, completion) = ((string)row["question"]!, (string)row["completion"]!);
                Assert.Equal($"{completion}\n", (await RunAsync("", "generate", place, question)).Output);
                Assert.Equal($"{completion}\n", (await RunAsync($"{question}\n", "chat", place)).Output);
            }
        }
    }

    [RunFact]
    public Task What_sft_makes_and_the_embedded_base_models_say_how_they_are_asked()
    {
        Assert.Equal(SmallModel.System, SystemOf(model.ModelPath));
        foreach (string file in new[] { "pipeline.json", "recipes/words.json", "recipes/algebra.json" })
        {
            var config = ConfigLoader.Load(Repository.Path(file), []);
            Assert.Equal(config.Prompt.System, SystemOf(Repository.Path(config.Model.Path)));
        }

        return Task.CompletedTask;

        static string? SystemOf(string path)
        {
            var tokenizer = ByteLevelTokenizer.Load(path);
            Assert.Equal([tokenizer.IdOf("<|im_end|>")!.Value], tokenizer.StopTokenIds);
            Assert.True(File.Exists(Path.Combine(path, "generation_config.json")));
            return Assert.IsType<ChatMlTemplate>(tokenizer.ChatTemplate).DefaultSystem;
        }
    }

    [RunFact]
    public async Task Eval_of_a_model_directory_needs_questions_and_of_a_pipeline_file_says_what_it_takes()
    {
        var (code, _, error) = await RunAsync("", "eval", model.ModelPath);
        Assert.Equal(2, code);
        Assert.Contains("data.test.path is empty; name the test questions there", error, StringComparison.Ordinal);
        string test = Path.Combine(model.DataPath, "test.csv");
        var own = await RunAsync("", "eval", model.ModelPath, "--set", $"data.test.path={test}", "--max-tokens", "20");
        Assert.Equal(0, own.ExitCode);
        Assert.StartsWith($"model: {model.ModelPath}\n", own.Error, StringComparison.Ordinal);

        string file = directory.Of("small.json");
        File.WriteAllText(file, SmallRun.Configure(model, model.ModelPath));
        string runs = Path.GetDirectoryName((await model.StraightAsync(0)).DirectoryPath)!;
        var trained = await RunAsync("", "eval", file, "--set", $"run.directory={runs}");
        Assert.StartsWith($"model: {Path.Combine(runs, "small")}, trained by all 4 updates\n", trained.Error, StringComparison.Ordinal);
        var start = await RunAsync("", "eval", file, "--set", $"run.directory={directory.Path}");
        Assert.StartsWith($"model: {model.ModelPath}, which is not trained: there is no run ", start.Error, StringComparison.Ordinal);
    }

    private static string Fault(string path) => Assert.Throws<UsageException>(() => Find(path)).Message;

    private static Task<(int ExitCode, string Output, string Error)> RunAsync(string input, params string[] args) =>
        Cli.TinyModelFolder.RunAsync(input, args);

    private static void CopyDirectory(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
