using Cppo.Model.Collectives;
using Cppo.Model.Training;
using Cppo.Pipeline.Browse;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.CustomRewards;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Distributed;
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
    /// <param name="ranks">
    /// The processes that make the run, of which the first writes and shows it; null: this one alone. The configuration has a device for
    /// each of them, or one for all.
    /// </param>
    public static async Task<RunOutcome> ExecuteAsync(
        PipelineConfig config,
        TextWriter output,
        TextWriter notices,
        CancellationToken stop,
        CancellationToken cancel,
        IRunProgress? shownBy = null,
        HeldParts? held = null,
        RunRanks? ranks = null
    )
    {
        held ??= HeldParts.None;
        ranks ??= RunRanks.One;
        config = ranks.Spread(config);
        RankAgreement.OnSettings(ranks, config, ProcessCores.Own.Count);
        ranks.RequireDevices(config);
        if (!ranks.IsWriter)
        {
            notices = new RankNotices(notices, ranks.Rank);
        }

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
        await Abandonable.RunAsync(
            _ => MemoryCheck.Require(ranks.Own(config), [.. train, .. test], new PlannedRank(ranks.Size, ranks.IsWriter)),
            either.Token
        );
        using var start = await Abandonable.RunAsync(token => RunStart.Load(config, ranks, notices.WriteLine, token), either.Token);
        var prompts = new PromptRenderer(start.Models.Tokenizer, config.Prompt);
        await PromptCheck.RunAsync(config, start.Models, prompts, screen.Readable, test, either.Token);
        using var devices = ranks.OpenDevices(config);
        RankAgreement.OnInputs(ranks, start.Models.Replicas[0].HashWeights, () => QuestionHash.Of([.. train, .. test]));
        if (ranks.IsWriter)
        {
            foreach (
                string? line in new[]
                {
                    ProcessCores.Own.Warning,
                    ranks.DescribeIdle(config),
                    ranks.DescribeUnused(config),
                    PromptRenderer.NoticeOf(config.Prompt, screen.Readable),
                }
            )
            {
                if (line is not null)
                {
                    notices.WriteLine(line);
                }
            }

            start.TakeDirectory();
            screen.WriteTo(start.DirectoryPath);
        }

        int done = start.Flow.Position.NextBatch;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TerminalWriter.Behind(output)) });
        await using var progress = !ranks.IsWriter
            ? new RankProgress(notices)
            : shownBy ?? RunProgress.On(console, config.Run.Updates, done, TimeProvider.System);
        using var throughDisplay = progress is LiveProgress ? (notices as NoticeWriter)?.Through(progress.Line) : null;
        foreach (string line in ranks.DescribePlaces().Concat(BatchArithmetic.Explain(config)))
        {
            progress.Line(line);
        }

        if (ranks.IsWriter && TestEvaluation.DescribeMissing(config, start.DirectoryPath, done) is { } missing)
        {
            notices.WriteLine(missing);
        }

        bool evaluatesFirst = ranks.FromWriter(
            () => TestEvaluation.IsFirst(config, start.DirectoryPath, done),
            "what the first process is to evaluate"
        );
        bool evaluatesNow = evaluatesFirst || (config.Evaluation.After && done == config.Run.Updates);
        using var metrics = ranks.IsWriter ? new MetricsWriter(start.DirectoryPath, done, evaluatesNow) : null;
        var timeline = new StageTimeline(TimeProvider.System);
        await using var sinks = ranks.IsWriter ? RunSinks.Open(config, start.DirectoryPath, done, progress.Line, cancel) : RunSinks.None;
        ranks.Meet("the run's files");
        int generating = ranks.IsAlone ? config.Rollout.Devices.Length : ranks.Size;
        var recorder = new RunRecorder(metrics, sinks, progress, timeline, generating, start.ElapsedSeconds)
        {
            Ranks = ranks,
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

        var evaluation = test.Length == 0 ? null : new TestEvaluation(start.Policy, prompts, test, recorder, ranks, stop);

        if (evaluatesFirst && evaluation is not null)
        {
            recorder.Phase(done == 0 ? "evaluating before training" : $"evaluating after {done} updates");
            await evaluation.RunAsync(done, cancel);
        }

        recorder.Phase("training");
        var saver = start.Saver(recorder);
        var inputs = new RunInputs(screen, test, prompts, rewards);
        var end = await RunGraphAsync(start, inputs, recorder, evaluation, saver, ranks, devices ?? ranks.Updates, stop, cancel);
        cancel.ThrowIfCancellationRequested();
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
        string weights = start.Models.Replicas[0].HashWeights();
        var outcome = new RunOutcome(end.Position.NextBatch, isStopped)
        {
            RunDirectory = start.DirectoryPath,
            ModelDirectory = RunDirectory.ModelOf(start.DirectoryPath),
            WeightsHash = weights,
            QuestionsDropped = screen.Unreadable.Count,
        };
        if (!ranks.IsWriter)
        {
            ranks.Meet("the end of the run");
            return outcome;
        }

        // A step's file that was damaged is no reason to fail a run that is done.
        string report = RunReport.WriteOf(start.DirectoryPath, recorder.Line, cancel);
        recorder.Line($"model    {outcome.ModelDirectory}");
        if (saver.KeepBest(end.Position.NextBatch) is { } best)
        {
            recorder.Line($"best     {best}");
        }

        await sinks.EndAsync();
        recorder.Line($"report   {report}");
        recorder.Line($"try it   {ProgramCall.Of($"chat {ShellWord.Quote(start.DirectoryPath)}")}");
        recorder.Line($"weights  {weights}");
        if (screen.Unreadable.Count > 0)
        {
            string file = Path.Combine(start.DirectoryPath, QuestionScreen.FileName);
            recorder.Line($"dropped  {screen.Unreadable.Count} training questions: {file}");
        }

        progress.End(isStopped ? "stopped" : "done");
        ranks.Meet("the end of the run");
        return outcome;
    }

    private static async Task<FlowEnd> RunGraphAsync(
        RunStart start,
        RunInputs inputs,
        RunRecorder recorder,
        TestEvaluation? evaluation,
        RunSaver saver,
        RunRanks ranks,
        ICollective sums,
        CancellationToken stop,
        CancellationToken cancel
    )
    {
        var config = start.Policy.Config;
        await using IRolloutSink sink = !ranks.IsWriter ? new NoRolloutSink() : Completions(start, inputs);
        var guard = SettingsMap.Guard(config);
        if (guard is not null)
        {
            GuardHistory.Tell(guard, start.DirectoryPath, start.Flow.Position.NextBatch, config.Update.Passes);
        }

        var trainer = new PolicyTrainer(start.Models.Replicas, start.References, SettingsMap.Trainer(config), guard, sums);
        var rollout = new RolloutStage(start.Policy, inputs.Prompts, TimeProvider.System);
        await using var update = new UpdateStage(
            start.Policy,
            trainer,
            recorder.Held.Beside(sink),
            recorder,
            evaluation,
            saver,
            ranks.Updates
        );
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
        stages = RankedStages.Over(stages, ranks.Rollouts, () => stop.IsCancellationRequested);
        var graph = new TrainingGraph(recorder.Sinks.Watching(stages), SettingsMap.Flow(config), recorder.Timeline);
        var questions = new QuestionStream(inputs.Train.Readable, config.Run.Seed, config.Data.Shuffle);

        // Several processes agree on a stop before a batch, and finish those that they have begun.
        var drop = ranks.IsAlone ? stop : CancellationToken.None;
        var end = await graph.RunAsync(questions.From(start.Flow.Position.NextOrdinal), start.Flow, config.Run.Updates, drop, cancel);
        await update.RecordedAsync();
        saver.SaveCheckpoint(end.Position);
        return end;
    }

    private static ParquetRolloutSink Completions(RunStart start, RunInputs inputs)
    {
        var config = start.Policy.Config;
        return new(
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
    }
}
