using Cppo.Model.Training;
using Cppo.Pipeline.Browse;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.CustomRewards;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Graph;
using Cppo.Pipeline.Memory;
using Cppo.Pipeline.Models;
using Cppo.Pipeline.Settings;
using Cppo.Pipeline.Sinks;
using Cppo.Pipeline.Telemetry;
using Spectre.Console;

namespace Cppo.Pipeline.Run;

/// <summary>
/// A training run from its configuration to what it leaves: reads questions and models, evaluates, runs the graph, evaluates again, and
/// saves the model and the report.
/// </summary>
internal static class TrainingRun
{
    /// <summary>Runs to its end, or until it is asked to stop. Faults are thrown.</summary>
    /// <param name="config">Validated.</param>
    /// <param name="output">Progress and results.</param>
    /// <param name="notices">Warnings.</param>
    /// <param name="stop">
    /// End loads, evaluations and waits, finish the update in progress, save checkpoint, model and report, end. While there is nothing to
    /// save yet it is as <paramref name="cancel"/>.
    /// </param>
    /// <param name="cancel">End at once; the last checkpoint stays.</param>
    /// <param name="shownBy">Shows progress; null: a display on <paramref name="output"/>.</param>
    /// <param name="held">What the caller holds in memory, as <paramref name="config"/> says; null: nothing.</param>
    public static async Task<RunOutcome> ExecuteAsync(
        PipelineConfig config,
        TextWriter output,
        TextWriter notices,
        CancellationToken stop,
        CancellationToken cancel,
        IRunProgress? shownBy = null,
        HeldParts? held = null
    )
    {
        held ??= HeldParts.None;
        // Everything that can be wrong with the input is found before the run's directory is made.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, cancel);
        RunSinks.Check(config);
        var settings = SettingsMap.Reward(config);
        var train = held.Train ?? await QuestionReader.ReadAsync(config.Data.Train, either.Token);
        var screen = await Abandonable.RunAsync(_ => QuestionScreen.Of(train, settings), either.Token);
        screen.RequireReadable(config.Data.Train.Path);
        Action<string> notice = notices.WriteLine;
        using var rewards = RewardScorer.Open(config.Reward, settings, line => notice(line), held.Rewards);
        var test = !config.NeedsTest() ? [] : held.Test ?? await QuestionReader.ReadAsync(config.Data.Test, either.Token);
        await Abandonable.RunAsync(_ => MemoryCheck.Require(config, [.. train, .. test]), either.Token);
        using var start = await Abandonable.RunAsync(token => RunStart.Load(config, notices.WriteLine, token), either.Token);
        var prompts = new PromptRenderer(start.Models.Tokenizer, config.Prompt);
        await PromptCheck.RunAsync(config, start.Models, prompts, screen.Readable, test, either.Token);
        if (PromptRenderer.NoticeOf(config.Prompt, screen.Readable) is { } own)
        {
            notices.WriteLine(own);
        }

        start.TakeDirectory();
        screen.WriteTo(start.Directory.DirectoryPath);

        int done = start.Flow.Position.NextBatch;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TerminalWriter.Behind(output)) });
        await using var progress = shownBy ?? RunProgress.On(console, config.Run.Updates, done, TimeProvider.System);
        using var throughDisplay = progress is LiveProgress ? (notices as NoticeWriter)?.Through(progress.Line) : null;
        foreach (string line in BatchArithmetic.Explain(config))
        {
            progress.Line(line);
        }

        if (TestEvaluation.DescribeMissing(config, start.Directory.DirectoryPath, done) is { } missing)
        {
            notices.WriteLine(missing);
        }

        bool evaluatesFirst = TestEvaluation.IsFirst(config, start.Directory.DirectoryPath, done);
        bool evaluatesNow = evaluatesFirst || (config.Evaluation.After && done == config.Run.Updates);
        using var metrics = new MetricsWriter(start.Directory.DirectoryPath, done, evaluatesNow);
        var timeline = new StageTimeline(TimeProvider.System);
        await using var sinks = RunSinks.Open(config, start.Directory.DirectoryPath, done, progress.Line, cancel);
        var recorder = new RunRecorder(metrics, sinks, progress, timeline, config.Rollout.Devices.Length, start.ElapsedSeconds)
        {
            Train = screen,
            Test = QuestionScreen.Of(test, settings),
            Held = held,
        };
        notice = recorder.Line;
        foreach (string? about in new[] { screen.DescribeDropped(), recorder.Test.DescribeWrong() })
        {
            if (about is not null)
            {
                recorder.Line(about);
            }
        }

        var evaluation = test.Length == 0 ? null : new TestEvaluation(start.Policy, prompts, test, recorder, stop);

        if (evaluatesFirst && evaluation is not null)
        {
            recorder.Phase(done == 0 ? "evaluating before training" : $"evaluating after {done} updates");
            await evaluation.RunAsync(done, cancel);
        }

        recorder.Phase("training");
        var end = await RunGraphAsync(start, new RunInputs(screen, test, prompts, rewards), recorder, evaluation, stop, cancel);
        cancel.ThrowIfCancellationRequested();
        var saver = start.Saver(recorder);
        saver.SaveModel();
        bool isStopped = end.Stopped;
        if (!isStopped && config.Evaluation.After && evaluation is not null)
        {
            recorder.Phase("evaluating after training");
            isStopped = !await evaluation.RunAsync(config.Run.Updates, cancel);
        }

        if (isStopped)
        {
            string remedy = SetOption.Of("run.resume=true");
            recorder.Line($"stopped after {end.Position.NextBatch} of {config.Run.Updates} updates; continue with {remedy}");
        }

        cancel.ThrowIfCancellationRequested();
        // A step's file that was damaged is no reason to fail a run that is done.
        string report = RunReport.WriteOf(start.Directory.DirectoryPath, recorder.Line, cancel);
        recorder.Line($"model    {start.Directory.ModelDirectory}");
        if (saver.KeepBest(end.Position.NextBatch) is { } best)
        {
            recorder.Line($"best     {best}");
        }

        await sinks.EndAsync();
        recorder.Line($"report   {report}");
        recorder.Line($"try it   {ProgramCall.Of($"chat {ShellWord.Quote(start.Directory.DirectoryPath)}")}");
        string weights = start.Models.Replicas[0].HashWeights();
        recorder.Line($"weights  {weights}");
        if (screen.Unreadable.Count > 0)
        {
            string file = Path.Combine(start.Directory.DirectoryPath, QuestionScreen.FileName);
            recorder.Line($"dropped  {screen.Unreadable.Count} training questions: {file}");
        }

        progress.End(isStopped ? "stopped" : "done");
        return new RunOutcome(end.Position.NextBatch, isStopped)
        {
            RunDirectory = start.Directory.DirectoryPath,
            ModelDirectory = start.Directory.ModelDirectory,
            WeightsHash = weights,
            QuestionsDropped = screen.Unreadable.Count,
        };
    }

    private static async Task<FlowEnd> RunGraphAsync(
        RunStart start,
        RunInputs inputs,
        RunRecorder recorder,
        TestEvaluation? evaluation,
        CancellationToken stop,
        CancellationToken cancel
    )
    {
        var config = start.Policy.Config;
        await using var sink = new ParquetRolloutSink(
            new RolloutSinkSettings
            {
                Directory = start.Directory.CompletionsDirectory,
                RunId = config.Run.Name,
                UpdateDevices = config.Update.Devices,
                RewardNames = [.. config.Reward.Parts.Select(part => part.Name)],
                HasEarlierTurns = inputs.HasEarlierTurns,
                PromptText = ids => start.Models.Tokenizer.Decode(ids, skipSpecialTokens: false),
            }
        );
        var saver = start.Saver(recorder);
        var guard = SettingsMap.Guard(config);
        if (guard is not null)
        {
            GuardHistory.Tell(guard, start.Directory.DirectoryPath, start.Flow.Position.NextBatch, config.Update.Passes);
        }

        var trainer = new PolicyTrainer(start.Models.Replicas, start.References, SettingsMap.Trainer(config), guard);
        var rollout = new RolloutStage(start.Policy, inputs.Prompts, TimeProvider.System);
        await using var update = new UpdateStage(start.Policy, trainer, recorder.Held.Beside(sink), recorder, evaluation, saver);
        var (allocation, prune, pack) = (SettingsMap.Allocation(config), SettingsMap.Prune(config), SettingsMap.Pack(config));
        var advantage = SettingsMap.Advantage(config);

        var stages = new TrainingStages
        {
            FirstRound = Allocate.questionsPerUpdate(allocation, prune),
            Generate = rollout.GenerateAsync,
            Score = inputs.Rewards.ScoreAsync,
            Advantage = group => Advantage.compute(advantage, group),
            Prune = group => Stages.Prune.Prune.ofGroup(prune, group),
            PruneBatch = groups => Stages.Prune.Prune.ofBatch(prune, groups),
            MoreQuestions = groups => Allocate.nextRound(allocation, prune, [.. groups]),
            Pack = (batch, groups) => Pack.toBatch(pack, batch, groups),
            Update = update.UpdateAsync,
        };
        var graph = new TrainingGraph(recorder.Sinks.Watching(stages), SettingsMap.Flow(config), recorder.Timeline);
        var questions = new QuestionStream(inputs.Train.Readable, config.Run.Seed, config.Data.Shuffle);
        var end = await graph.RunAsync(questions.From(start.Flow.Position.NextOrdinal), start.Flow, config.Run.Updates, stop, cancel);
        await update.RecordedAsync();
        saver.SaveCheckpoint(end.Position);
        return end;
    }
}
