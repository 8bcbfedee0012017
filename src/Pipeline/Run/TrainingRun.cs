using Cppo.Model.Training;
using Cppo.Pipeline.Cli;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Graph;
using Cppo.Pipeline.Rewards;
using Cppo.Pipeline.Sinks;
using Cppo.Pipeline.Telemetry;
using Cppo.Stages;
using Spectre.Console;

namespace Cppo.Pipeline.Run;

/// <summary>
/// A training run from its configuration to what it leaves: reads questions and models, evaluates, runs the graph, evaluates again, and
/// saves the model and the report.
/// </summary>
internal static class TrainingRun
{
    /// <summary>Runs; returns one of <see cref="ExitCodes"/>. Faults are thrown.</summary>
    /// <param name="config">Validated.</param>
    /// <param name="output">Progress and results.</param>
    /// <param name="notices">Warnings.</param>
    /// <param name="stop">Finish the update in progress, save a checkpoint, end.</param>
    /// <param name="cancel">End at once; the last checkpoint stays.</param>
    public static async Task<int> ExecuteAsync(PipelineConfig config, TextWriter output, TextWriter notices, CancellationToken stop, CancellationToken cancel)
    {
        // Everything that can be wrong with the input is found before the run's directory is made.
        var settings = SettingsMap.Reward(config);
        var screen = QuestionScreen.Of(await QuestionReader.ReadAsync(config.Data.Train, cancel), settings);
        screen.RequireReadable(config.Data.Train.Path);
        var train = screen.Readable;
        Action<string> notice = notices.WriteLine;
        using var rewards = RewardScorer.Open(config.Reward, settings, line => notice(line));
        var test = NeedsTest(config) ? await QuestionReader.ReadAsync(config.Data.Test, cancel) : [];
        using var start = RunStart.Load(config, notices.WriteLine);
        var prompts = new PromptRenderer(start.Models.Tokenizer, config.Prompt);
        PromptCheck.Run(config, start.Models, prompts, train, test);
        start.TakeDirectory();
        screen.WriteTo(start.Directory.DirectoryPath);

        foreach (string line in BatchArithmetic.Explain(config))
        {
            await output.WriteLineAsync(line);
        }

        await using var progress = RunProgress.On(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) }), config.Run.Updates, TimeProvider.System);
        int done = start.Flow.Position.NextBatch;
        bool evaluatesNow = (config.Evaluation.Before && done == 0) || (config.Evaluation.After && done == config.Run.Updates);
        using var metrics = new MetricsWriter(start.Directory.DirectoryPath, done, evaluatesNow);
        var timeline = new StageTimeline(TimeProvider.System);
        var recorder = new RunRecorder(metrics, progress, timeline, config.Rollout.Devices.Length, start.ElapsedSeconds) { Train = screen, Test = QuestionScreen.Of(test, settings) };
        notice = recorder.Line;
        foreach (string? about in new[] { screen.DescribeDropped(), recorder.Test.DescribeWrong() })
        {
            if (about is not null)
            {
                recorder.Line(about);
            }
        }

        var evaluation = test.Length == 0 ? null : new TestEvaluation(config, start.Models, start.Versions, prompts, test, recorder);

        if (config.Evaluation.Before && done == 0)
        {
            recorder.Phase("evaluating before training");
            evaluation?.Run(0, cancel);
        }

        recorder.Phase("training");
        var end = await RunGraphAsync(config, start, train, prompts, rewards, timeline, recorder, evaluation, stop, cancel);
        if (end.Stopped)
        {
            recorder.Line($"stopped after {end.Position.NextBatch} of {config.Run.Updates} updates; continue with --set run.resume=true");
            return ExitCodes.Interrupted;
        }

        if (config.Evaluation.After && evaluation is not null)
        {
            recorder.Phase("evaluating after training");
            evaluation.Run(config.Run.Updates, cancel);
        }

        start.Saver(recorder).SaveModel(start.Directory.ModelDirectory);
        string report = RunReport.Write(start.Directory.DirectoryPath, steps => ReportSample.Read(start.Directory.DirectoryPath, steps));
        recorder.Line($"model    {start.Directory.ModelDirectory}");
        recorder.Line($"report   {report}");
        if (screen.Unreadable.Count > 0)
        {
            recorder.Line($"dropped  {screen.Unreadable.Count} training questions: {Path.Combine(start.Directory.DirectoryPath, QuestionScreen.FileName)}");
        }

        return ExitCodes.Done;
    }

    private static bool NeedsTest(PipelineConfig config) =>
        config.Data.Test.Path.Length > 0 && (config.Evaluation.Before || config.Evaluation.After || config.Evaluation.Every > 0);

    private static async Task<FlowEnd> RunGraphAsync(
        PipelineConfig config,
        RunStart start,
        IReadOnlyList<Question> train,
        PromptRenderer prompts,
        RewardScorer rewards,
        StageTimeline timeline,
        RunRecorder recorder,
        TestEvaluation? evaluation,
        CancellationToken stop,
        CancellationToken cancel)
    {
        await using var sink = new ParquetRolloutSink(new RolloutSinkSettings
        {
            Directory = start.Directory.CompletionsDirectory,
            RunId = config.Run.Name,
            UpdateDevices = config.Update.Devices,
            RewardNames = [.. config.Reward.Parts.Select(part => part.Name)],
        });
        var saver = start.Saver(recorder);
        var trainer = new PolicyTrainer(start.Models.Replicas, start.References, SettingsMap.Trainer(config));
        var rollout = new RolloutStage(
            start.Models.Rollouts,
            start.Versions,
            prompts,
            start.Models.Tokenizer,
            SettingsMap.Sampling(config, start.Models.Tokenizer.StopTokenIds),
            config.Rollout.Group,
            CoreDivision.Of(config, Environment.ProcessorCount).Rollout,
            TimeProvider.System);
        await using var update = new UpdateStage(config, start.Models, start.Versions, trainer, sink, recorder, evaluation, saver);
        var (allocation, prune, pack) = (SettingsMap.Allocation(config), SettingsMap.Prune(config), SettingsMap.Pack(config));
        var advantage = SettingsMap.Advantage(config);

        var stages = new TrainingStages
        {
            FirstRound = Allocate.questionsPerUpdate(allocation, prune),
            Generate = rollout.Generate,
            Score = rewards.ScoreAsync,
            Advantage = group => Advantage.compute(advantage, group),
            Prune = group => Stages.Prune.Prune.ofGroup(prune, group),
            PruneBatch = groups => Stages.Prune.Prune.ofBatch(prune, groups),
            MoreQuestions = groups => Allocate.nextRound(allocation, prune, [.. groups]),
            Pack = (batch, groups) => Pack.toBatch(pack, batch, groups),
            Update = update.UpdateAsync,
        };
        var graph = new TrainingGraph(stages, FlowSettings.From(config), timeline);
        var questions = new QuestionStream(train, config.Run.Seed, config.Data.Shuffle);
        var end = await graph.RunAsync(questions.From(start.Flow.Position.NextOrdinal), start.Flow, config.Run.Updates, stop, cancel);
        await update.RecordedAsync();
        saver.SaveCheckpoint(end.Position);
        return end;
    }
}
