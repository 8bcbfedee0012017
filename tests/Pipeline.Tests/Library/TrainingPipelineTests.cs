using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cppo.Pipeline.Library;
using Cppo.Pipeline.Tests.CustomRewards;
using Cppo.Pipeline.Tests.Run;
using Cppo.Pipeline.Tests.Telemetry;
using Cppo.Stages;

namespace Cppo.Pipeline.Tests.Library;

/// <summary>Runs from code: what they give, tell and leave.</summary>
[Collection(RunsCollection.Name)]
public sealed class TrainingPipelineTests(SmallModel model) : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [RunFact]
    public async Task Questions_and_a_reward_in_memory_give_the_weights_that_files_give_the_command_line()
    {
        string file = directory.Of("small.json");
        await File.WriteAllTextAsync(file, SmallRun.Configure(model, model.ModelPath));
        string parts = $$"""
            reward.parts=[{ "name": "accuracy" }, { "name": "mine", "weight": 0.5, "type": "SampleRewards.Brevity",
              "assembly": {{JsonSerializer.Serialize(RewardGroups.SampleAssembly)}} }]
            """.ReplaceLineEndings(" ");
        var called = await OwnPieces.CallAsync("train", file, "--set", $"run.directory={directory.Of("files")}", "--set", parts);
        Assert.True(called.ExitCode == 0, called.Error);

        // Numbers of another language on the caller's thread change nothing.
        var before = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        try
        {
            CultureInfo.CurrentCulture = comma;
            var outcome = await (await OwnPieces.PipelineAsync(model, directory.Path)).RunAsync();
            Assert.Equal((4, false), (outcome.UpdatesDone, outcome.IsStopped));
            Assert.Contains($"weights  {outcome.WeightsHash}\n", called.Output, StringComparison.Ordinal);
            Assert.Equal(File.ReadAllBytes(directory.Of("files", "small", "model", "model.safetensors")), WeightsOf(outcome));
            Assert.Same(comma, CultureInfo.CurrentCulture);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [RunFact]
    public async Task A_run_tells_of_updates_evaluations_and_completions_in_their_order()
    {
        var told = new List<string>();
        var updates = new List<UpdateSummary>();
        var batches = new List<TrainingBatch>();
        var pipeline = await OwnPieces.PipelineAsync(
            model,
            directory.Path,
            "run.updates=2",
            "evaluation.before=true",
            "evaluation.after=true"
        );
        pipeline.TestQuestions = await OwnPieces.QuestionsAsync(model, "test.csv");
        pipeline.OnUpdate = update =>
        {
            told.Add($"update {update.Step}");
            updates.Add(update);
        };
        pipeline.OnEvaluation = evaluation => told.Add($"evaluation {evaluation.UpdatesDone}");
        pipeline.OnCompletions = batch =>
        {
            told.Add($"completions {batch.Index}");
            batches.Add(batch);
        };
        var outcome = await pipeline.RunAsync();

        Assert.Equal(["evaluation 0", "completions 0", "update 0", "completions 1", "update 1", "evaluation 2"], told);
        Assert.Equal([0, 2], outcome.Evaluations.Select(evaluation => evaluation.UpdatesDone));
        Assert.All(outcome.Evaluations, evaluation => Assert.Equal(6, evaluation.Questions));
        Assert.All(outcome.Evaluations, evaluation => Assert.InRange(evaluation.Accuracy, evaluation.AccuracyLow, evaluation.AccuracyHigh));
        var lines = new SmallRun(outcome.RunDirectory, false, "").Metrics;
        Assert.Equal(2, lines.Length);
        foreach (var (update, line) in updates.Zip(lines))
        {
            Assert.Equal(
                ((int)line["step"]!, 2, (int)line["completions_kept"]!, (double)line["loss"]!, (string)line["weights_hash"]!),
                (update.Step, update.TotalUpdates, update.CompletionsKept, update.Loss, update.WeightsHash)
            );
            Assert.Equal((double)line["rewards"]!["mine"]!, update.Rewards["mine"]);
            Assert.Equal((double)line["rewards"]!["mine"]!, update.Numbers["rewards.mine"]);
            Assert.Equal((double)line["gradient_norm"]!, update.Numbers["gradient_norm"]);
            Assert.Equal((double)line["elapsed_seconds"]!, update.Elapsed.TotalSeconds, 1e-6);
        }

        Assert.Equal(updates[1].WeightsHash, outcome.WeightsHash);
        Assert.All(
            batches.SelectMany(batch => batch.Groups),
            group => Assert.StartsWith("memory:", group.Advantaged.Scored.Rollout.Question.Id, StringComparison.Ordinal)
        );
        Assert.Equal(updates[0].CompletionsKept, batches[0].NumSamples);
    }

    [RunFact]
    public async Task The_records_say_what_was_in_memory_and_rewards_may_be_all_of_ones_own()
    {
        using var reward = new Brief();
        var config = OwnPieces.Config(model, directory.Path, "run.updates=1");
        var output = new StringWriter();
        var pipeline = new TrainingPipeline(config with { Reward = config.Reward with { Parts = [] } })
        {
            Questions = await OwnPieces.QuestionsAsync(model, "train.csv"),
            Rewards = [new OwnReward("mine", reward, 0.5)],
            Output = output,
        };
        var outcome = await pipeline.RunAsync();
        Assert.Equal(directory.Of("small"), outcome.RunDirectory);
        Assert.False(reward.IsDisposed);
        Assert.Contains("done in ", output.ToString(), StringComparison.Ordinal);
        var recorded = JsonNode.Parse(File.ReadAllText(directory.Of("small", "config.json")))!;
        Assert.Matches(@"^\(in memory, 12 questions, [0-9a-f]{16}\)$", (string)recorded["data"]!["train"]!["path"]!);
        Assert.Equal("", (string)recorded["data"]!["test"]!["path"]!);
        Assert.Equal(
            """[{"name":"mine","weight":0.5,"assembly":"(in memory)","type":"Cppo.Pipeline.Tests.Library.Brief"}]""",
            recorded["reward"]!["parts"]!.ToJsonString()
        );
        var rows = await new SmallRun(outcome.RunDirectory, false, "").RowsAsync();
        Assert.All(rows, row => Assert.Equal(0.5 / (1 + row.Int("num_tokens")), row.Number("reward")));

        // A run that is there is in the way of another one, and stays as it is.
        var fault = await Assert.ThrowsAsync<PipelineException>(() => pipeline.RunAsync());
        Assert.Contains("run.restart=true", fault.Message, StringComparison.Ordinal);
        Assert.Equal(outcome.WeightsHash, (string)new SmallRun(outcome.RunDirectory, false, "").Metrics[0]["weights_hash"]!);
    }

    [RunFact]
    public async Task What_breaks_in_the_programs_own_code_ends_the_run()
    {
        var pipeline = await OwnPieces.PipelineAsync(model, directory.Path);
        pipeline.Rewards = [new OwnReward("mine", new Brief { Fault = "no dictionary" })];
        var failed = await Assert.ThrowsAsync<PipelineException>(() => pipeline.RunAsync());
        Assert.Matches(
            @"^Reward 'mine' \(Cppo\.Pipeline\.Tests\.Library\.Brief\) failed with FormatException: no dictionary on "
                + @"question 'memory:\d+'\.",
            failed.Message
        );

        pipeline = await OwnPieces.PipelineAsync(model, directory.Path, "run.name=other");
        pipeline.OnUpdate = update => throw new NotSupportedException($"no room for update {update.Step}");
        var thrown = await Assert.ThrowsAsync<NotSupportedException>(() => pipeline.RunAsync());
        Assert.Equal("no room for update 0", thrown.Message);
    }

    [RunFact]
    public async Task A_trained_model_answers_as_generate_does()
    {
        const string Question = "Tom has 3 apples. He finds 4. Count the apples.";
        var outcome = await (await OwnPieces.PipelineAsync(model, directory.Path, "run.updates=1")).RunAsync();
        var called = await OwnPieces.CallAsync("generate", outcome.RunDirectory, Question);
        using var trained = await TrainedModel.LoadAsync(outcome.RunDirectory);
        Assert.Equal($"model: {trained.Description}", called.Error.TrimEnd());
        Assert.Empty(trained.Warnings);
        for (int again = 0; again < 2; again++)
        {
            var answers = await trained.GenerateAsync(Question);
            Assert.Equal(called.Output, Assert.Single(answers).Text + Environment.NewLine);
        }

        var drawn = await trained.GenerateAsync(
            Question,
            new GenerationSettings
            {
                Samples = 5,
                Temperature = 1,
                MaxNewTokens = 3,
            }
        );
        Assert.Equal(5, drawn.Count);
        Assert.All(drawn, answer => Assert.InRange(answer.NumTokens, 1, 3));
        Assert.Contains(drawn, answer => answer.IsTruncated);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            trained.GenerateAsync(Question, new GenerationSettings { Temperature = double.NaN })
        );
        var tooLong = await Assert.ThrowsAsync<PipelineException>(() => trained.GenerateAsync(new string('x', 4000)));
        Assert.Contains("leaves no room in the model's context of 192", tooLong.Message, StringComparison.Ordinal);
        var missing = await Assert.ThrowsAsync<PipelineException>(() => TrainedModel.LoadAsync(directory.Of("nowhere")));
        Assert.Contains("no such run, checkpoint or model directory", missing.Message, StringComparison.Ordinal);
    }

    private static byte[] WeightsOf(TrainingOutcome outcome) =>
        File.ReadAllBytes(Path.Combine(outcome.ModelDirectory, "model.safetensors"));
}
