using System.Text;
using System.Text.Json.Nodes;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Run;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Tests.Run;

/// <summary>Where a run ended and what it said.</summary>
internal sealed record SmallRun(string DirectoryPath, bool IsStopped, string Output)
{
    public byte[] Weights => File.ReadAllBytes(Of("model", "model.safetensors"));

    /// <summary>The lines of <c>metrics.jsonl</c>.</summary>
    public JsonObject[] Metrics => [.. StepLines.Read(Of(MetricsWriter.UpdatesFile)).Select(line => line.Values)];

    public JsonObject[] Evaluations => [.. StepLines.Read(Of(MetricsWriter.EvaluationsFile)).Select(line => line.Values)];

    public string[] Checkpoints =>
        [.. Directory.EnumerateDirectories(Of("checkpoints")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public string Of(params string[] names) => Path.Combine([DirectoryPath, .. names]);

    public Task<RunRow[]> RowsAsync() => RunRow.ReadAllAsync(Of("completions"));

    /// <summary>The configuration of a run of four updates, about a second each at most.</summary>
    public static string Configure(SmallModel model, string modelPath) =>
        $$"""
            {
              "run": { "name": "small", "seed": 3, "updates": 4 },
              "model": { "path": {{JsonValue.Create(modelPath)!.ToJsonString()}}, "threads": 1 },
              "data": {
                "train": { "path": {{JsonValue.Create(Path.Combine(model.DataPath, "train.csv"))!.ToJsonString()}} },
                "test": { "path": {{JsonValue.Create(Path.Combine(model.DataPath, "test.csv"))!.ToJsonString()}} }
              },
              "prompt": { "template": "custom", "system": "{{SmallModel.System}}" },
              "rollout": { "group": 4, "maxNewTokens": 40, "questionsPerCall": 2 },
              "reward": { "parts": [{ "name": "accuracy" }, { "name": "format" }, { "name": "tagCount" }] },
              "prune": { "keep": 2 },
              "update": { "questionsPerDevice": 2, "learningRate": 1e-3, "microBatchTokens": 400 },
              "evaluation": { "before": false, "after": false },
              "checkpoint": { "every": 1, "keepLast": 2 }
            }
            """;

    /// <summary>That configuration, with some keys stated anew.</summary>
    public static PipelineConfig Read(SmallModel model, string directory, params string[] set) =>
        ConfigLoader.Parse(Configure(model, model.ModelPath), "small.json", [$"run.directory={directory}", .. set]);

    /// <summary>
    /// Runs in a directory of its own name below <paramref name="directory"/>; the rows carry the same run id everywhere.
    /// </summary>
    public static Task<SmallRun> RunAsync(SmallModel model, string directory, params string[] set) =>
        RunAsync(model, directory, set, new StringWriter(), default, default);

    /// <summary>As above, stopped gracefully as soon as a line with this text is printed.</summary>
    public static async Task<SmallRun> RunUntilAsync(SmallModel model, string directory, string text, params string[] set)
    {
        using var stop = new CancellationTokenSource();
        return await RunAsync(model, directory, set, new WatchedOutput(text, stop.Cancel), stop.Token, default);
    }

    /// <summary>As above, cancelled as soon as a line with this text is printed.</summary>
    public static async Task<Exception?> CancelAsync(SmallModel model, string directory, string text, params string[] set)
    {
        using var cancel = new CancellationTokenSource();
        return await Record.ExceptionAsync(() =>
            RunAsync(model, directory, set, new WatchedOutput(text, cancel.Cancel), default, cancel.Token)
        );
    }

    /// <summary>As above; <paramref name="act"/> is called as soon as a line with this text is printed.</summary>
    public static Task<SmallRun> ActAsync(SmallModel model, string directory, string text, Action act, params string[] set) =>
        RunAsync(model, directory, set, new WatchedOutput(text, act), default, default);

    private static async Task<SmallRun> RunAsync(
        SmallModel model,
        string directory,
        string[] set,
        StringWriter output,
        CancellationToken stop,
        CancellationToken cancel
    )
    {
        var config = Read(model, directory, set);

        // Off the test's thread, which xunit's limit of time watches over.
        var outcome = await Task.Run(() => TrainingRun.ExecuteAsync(config, output, output, stop, cancel), CancellationToken.None);
        return new SmallRun(Path.Combine(directory, "small"), outcome.IsStopped, output.ToString());
    }

    /// <summary>Acts when a line with some text is written.</summary>
    private sealed class WatchedOutput(string text, Action act) : StringWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.Contains(text, StringComparison.Ordinal) == true)
            {
                act();
            }
        }
    }
}
