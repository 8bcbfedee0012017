using System.Text.Json;
using System.Text.Json.Nodes;
using Cppo.Pipeline.Browse;
using Cppo.Pipeline.Telemetry;
using Cppo.Pipeline.Tests.Browse;
using Cppo.Pipeline.Tests.Configuration;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.View;

/// <summary>What the page asks again and again tells it of all that it has to ask for anew.</summary>
public sealed class ViewStateTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    private void WriteSweep(string name, string text, DateTime time)
    {
        Directory.CreateDirectory(directory.Of(name));
        File.WriteAllText(directory.Of(name, "methods.csv"), $"method\n{text}\n");
        File.WriteAllText(directory.Of(name, "results.md"), "# Results\n");
        File.SetLastWriteTimeUtc(directory.Of(name, "methods.csv"), time);
    }

    [Fact]
    public async Task Runs_and_sweeps_that_begin_later_and_sweeps_that_are_written_again_show_in_the_state()
    {
        await SampleRun.WriteAsync(directory.Of("first"), 0);
        await using var view = await RunningView.StartAsync(directory.Path);
        var state = await view.JsonAsync("api/state");
        Assert.Equal(["first"], state["runs"]!.AsArray().Select(run => (string)run!["id"]!));
        Assert.Empty(state["sweeps"]!.AsArray());

        await SampleRun.WriteAsync(directory.Of("later"), 0);
        WriteSweep("table", "one", DateTime.UtcNow);
        state = await UntilAsync(view, found => found["sweeps"]!.AsArray().Count == 1 && found["runs"]!.AsArray().Count == 2);
        Assert.Equal("later", (string)state["runs"]![1]!["id"]!);
        var changed = (DateTime)state["sweeps"]![0]!["changed"]!;

        WriteSweep("table", "two", DateTime.UtcNow.AddMinutes(1));
        state = await view.JsonAsync("api/state");
        Assert.Equal("table", (string)state["sweeps"]![0]!["id"]!);
        Assert.True((DateTime)state["sweeps"]![0]!["changed"]! > changed);
    }

    [Fact]
    public async Task An_evaluation_that_is_told_has_the_line_of_its_update()
    {
        string run = directory.Of("run");
        await SampleRun.WriteAsync(run, SampleRun.Config);
        using var metrics = new MetricsWriter(run, 0);
        var writing = Task.Run(() =>
        {
            for (int step = 0; step < 200; step++)
            {
                metrics.Write(SampleMetrics.Of(step));
                metrics.Write(Evaluation(step + 1));
            }
        });
        int told = 0;
        while (!writing.IsCompleted || told < 200)
        {
            // Another one each time, since each reads twice a second at most.
            var evaluations = JsonNode.Parse(RunAnswers.Evaluations(new BrowsedRun("run", "run", run)))!["evaluations"]!.AsArray();
            told = evaluations.Count;
            Assert.DoesNotContain(evaluations, evaluation => evaluation!["question"] is null);
        }

        await writing;
    }

    [Fact]
    public async Task A_run_that_writes_its_last_line_and_lets_its_lock_go_is_never_taken_for_interrupted()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string run = directory.Of("run");
        await SampleRun.WriteAsync(run, 0, 1, 2);
        string metrics = Path.Combine(run, MetricsWriter.UpdatesFile);
        string[] lines = await File.ReadAllLinesAsync(metrics);
        string path = Path.Combine(run, "run.lock");
        for (int turn = 0; turn < 200; turn++)
        {
            // Signed by a process of this machine that is always there.
            await File.WriteAllTextAsync(path, $"1 {Environment.MachineName}");
            await File.WriteAllLinesAsync(metrics, lines[..2]);
            var held = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            var looking = Task.Run(() =>
            {
                BrowsedRun looked;
                do
                {
                    looked = new BrowsedRun("run", "run", run);
                    looked.Refresh();
                } while (looked.State == RunState.Running);
                return looked.State;
            });
            await Task.Delay(turn % 3);
            await File.AppendAllTextAsync(metrics, $"{lines[2]}\n");
            await held.DisposeAsync();
            Assert.Equal(RunState.Finished, await looking);
        }
    }

    [Fact]
    public async Task The_tokens_of_a_run_that_was_made_anew_are_its_own_models()
    {
        string run = directory.Of("run");
        string model = JsonSerializer.Serialize(Repository.Path("data/base-model"));
        await SampleRun.WriteAsync(run, Config(model), SampleRun.Batch(0, "q", "x"));
        await using var view = await RunningView.StartAsync(run);
        Assert.Null((await view.JsonAsync("api/runs/run/groups/0.0"))["noTokens"]);
        await File.WriteAllTextAsync(Path.Combine(run, "config.json"), Config("\"gone\""));
        File.SetLastWriteTimeUtc(Path.Combine(run, "config.json"), DateTime.UtcNow.AddMinutes(1));
        for (int turn = 0; (await view.JsonAsync("api/runs/run/groups/0.0"))["noTokens"] is null; turn++)
        {
            Assert.True(turn < 200, "The tokenizer stays.");
            await view.JsonAsync("api/state");
            await Task.Delay(50);
        }

        static string Config(string model) => SampleRun.Config.Replace("\"gone\"", model, StringComparison.Ordinal);
    }

    private static EvaluationMetrics Evaluation(int step) =>
        new()
        {
            Step = step,
            Accuracy = 0.5,
            AccuracyLow = 0.4,
            AccuracyHigh = 0.6,
            LenientAccuracy = 0.5,
            LenientAccuracyLow = 0.4,
            LenientAccuracyHigh = 0.6,
            FormatRate = 1,
            Questions = 10,
            UnreadableGolds = 0,
        };

    private static async Task<JsonObject> UntilAsync(RunningView view, Func<JsonObject, bool> isThere)
    {
        for (int turn = 0; ; turn++)
        {
            var state = await view.JsonAsync("api/state");
            if (isThere(state))
            {
                return state;
            }

            Assert.True(turn < 200, state.ToJsonString());
            await Task.Delay(100);
        }
    }
}
