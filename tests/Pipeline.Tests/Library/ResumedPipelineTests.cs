using Cppo.Pipeline.Library;
using Cppo.Pipeline.Tests.Run;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Library;

/// <summary>Runs from code that are stopped, and who may go on with one whose questions and rewards no file has.</summary>
[Collection(RunsCollection.Name)]
public sealed class ResumedPipelineTests(SmallModel model) : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    private string ConfigFile => directory.Of("small", "config.json");

    [RunFact]
    public async Task A_stopped_run_goes_on_to_the_same_weights_with_what_it_began_with_alone()
    {
        var straight = await (await OwnPieces.PipelineAsync(model, directory.Path, "run.name=straight")).RunAsync();
        var stopped = await StopAfterAsync(2);
        Assert.Equal((2, true), (stopped.UpdatesDone, stopped.IsStopped));
        Assert.True(File.Exists(Path.Combine(stopped.ModelDirectory, "model.safetensors")));

        var pipeline = await OwnPieces.PipelineAsync(model, directory.Path, "run.resume=true");
        var questions = pipeline.Questions!;
        pipeline.Questions = [.. questions.Skip(1), questions[0]];
        var fault = await Assert.ThrowsAsync<PipelineException>(() => pipeline.RunAsync());
        Assert.Contains(
            "was begun with another configuration: data.train.path (was \"(in memory, 12 questions, ",
            fault.Message,
            StringComparison.Ordinal
        );

        pipeline.Questions = questions;
        var resumed = await pipeline.RunAsync();
        Assert.Equal((4, false), (resumed.UpdatesDone, resumed.IsStopped));
        Assert.Equal(straight.WeightsHash, resumed.WeightsHash);
        Assert.Equal([0, 1, 2, 3], new SmallRun(resumed.RunDirectory, false, "").Metrics.Select(line => (int)line["step"]!));
    }

    [RunFact]
    public async Task The_file_that_a_run_left_resumes_it_beside_the_same_pieces()
    {
        var straight = await (await OwnPieces.PipelineAsync(model, directory.Path, "run.name=straight")).RunAsync();
        await StopAfterAsync(1);
        var pipeline = TrainingPipeline.FromFile(ConfigFile, "run.resume=true");
        var fault = await Assert.ThrowsAsync<PipelineException>(() => pipeline.RunAsync());
        Assert.Matches(
            @"config\.json:\d+:\d+: data\.train\.path: \(in memory, 12 questions, [0-9a-f]{16}\) is no file: the program that began the "
                + "run held the questions, and it alone can go on with them; else name a file$",
            fault.Message
        );

        pipeline.Questions = await OwnPieces.QuestionsAsync(model, "train.csv");
        fault = await Assert.ThrowsAsync<PipelineException>(() => pipeline.RunAsync());
        Assert.Equal(
            "reward.parts.1.assembly: is (in memory): the program that began the run held the reward, an object of "
                + "Cppo.Pipeline.Tests.Library.Brief, and it alone can go on with it; else name the .dll that has the class",
            fault.Message
        );

        pipeline.Rewards = [new OwnReward("mine", new Brief(), 0.5)];
        Assert.Equal(straight.WeightsHash, (await pipeline.RunAsync()).WeightsHash);
    }

    [RunFact]
    public async Task The_command_line_says_why_it_cannot_go_on_and_does_all_else()
    {
        var stopped = await StopAfterAsync(2);
        string before = await File.ReadAllTextAsync(ConfigFile);
        var train = await OwnPieces.CallAsync("train", ConfigFile, "--set", "run.resume=true");
        Assert.Equal((2, ""), (train.ExitCode, train.Output));
        Assert.Matches(@"data\.train\.path: \(in memory, 12 questions, .* it alone can go on with them; else name a file\s*$", train.Error);
        Assert.Equal(before, await File.ReadAllTextAsync(ConfigFile));

        string test = Path.Combine(model.DataPath, "test.csv");
        var eval = await OwnPieces.CallAsync("eval", stopped.RunDirectory, "--set", $"data.test.path={test}");
        Assert.True(eval.ExitCode == 0, eval.Error);
        var unnamed = await OwnPieces.CallAsync("eval", stopped.RunDirectory);
        Assert.Equal(2, unnamed.ExitCode);
        Assert.Contains("data.test.path is empty", unnamed.Error, StringComparison.Ordinal);

        var replay = await OwnPieces.CallAsync("replay", stopped.RunDirectory, "--step", "1");
        Assert.True(replay.ExitCode == 0, replay.Output + replay.Error);
        var config = await OwnPieces.CallAsync("config", ConfigFile);
        Assert.Equal(0, config.ExitCode);
        Assert.Contains("\"path\": \"(in memory, 12 questions, ", config.Output, StringComparison.Ordinal);
        var explained = await OwnPieces.CallAsync("config", ConfigFile, "--explain");
        Assert.Equal(0, explained.ExitCode);
        var report = await OwnPieces.CallAsync("report", stopped.RunDirectory, "--output", directory.Of("report.html"));
        Assert.True(report.ExitCode == 0, report.Error);
    }

    [RunFact]
    public async Task A_run_that_is_stopped_before_anything_is_made_is_cancelled_and_leaves_nothing()
    {
        var pipeline = await OwnPieces.PipelineAsync(model, directory.Path);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pipeline.RunAsync(new CancellationToken(canceled: true)));
        Assert.Empty(Directory.EnumerateFileSystemEntries(directory.Path));
    }

    [RunFact]
    public async Task An_abandoned_run_ends_without_an_outcome_and_its_checkpoint_stays()
    {
        using var abandon = new CancellationTokenSource();
        var pipeline = await OwnPieces.PipelineAsync(model, directory.Path);
        pipeline.OnUpdate = update => abandon.CancelAfter(update.Step == 1 ? TimeSpan.Zero : Timeout.InfiniteTimeSpan);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pipeline.RunAsync(default, abandon.Token));
        Assert.False(Directory.Exists(directory.Of("small", "model")));
        Assert.NotEmpty(new SmallRun(directory.Of("small"), false, "").Checkpoints);
    }

    private async Task<TrainingOutcome> StopAfterAsync(int updates)
    {
        using var stop = new CancellationTokenSource();
        var pipeline = await OwnPieces.PipelineAsync(model, directory.Path);
        pipeline.OnUpdate = update =>
        {
            if (update.Step + 1 == updates)
            {
                stop.Cancel();
            }
        };
        return await pipeline.RunAsync(stop.Token);
    }
}
