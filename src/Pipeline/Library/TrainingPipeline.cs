using System.Globalization;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Distributed;
using Cppo.Pipeline.Run;
using Cppo.Pipeline.Telemetry;
using Cppo.Rewards;
using Cppo.Stages;

namespace Cppo.Pipeline.Library;

/// <summary>
/// A training run in this process, of a configuration in code or of a pipeline file: what the command <c>train</c> runs, with questions and
/// rewards of the program's own where it has any. It gives the same weights to the last bit as the command does.
/// </summary>
/// <remarks>
/// Nothing is written to the console, and nothing is made before all has been checked. What is told is told on threads of the run, one call
/// after the other; such a call holds up what comes after it, and an exception of it ends the run, as one of a reward does. Runs of one
/// process are made one after the other: two at a time share the cores.
/// </remarks>
public sealed class TrainingPipeline
{
    private readonly Func<HeldParts, PipelineConfig> load;

    /// <summary>The pipeline of a configuration; the run checks it.</summary>
    /// <param name="config">What differs from the defaults is stated; paths are relative to the current directory.</param>
    public TrainingPipeline(PipelineConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        load = held => ConfigObject.Check(held.In(config), PathRules.Without(held));
    }

    private TrainingPipeline(Func<HeldParts, PipelineConfig> load) => this.load = load;

    /// <summary>The questions to train on, at least one; null: those of <c>data.train</c>.</summary>
    public IReadOnlyList<OwnQuestion>? Questions { get; set; }

    /// <summary>
    /// The questions to evaluate on, at least one; null: those of <c>data.test</c>, which no run needs that does not evaluate.
    /// </summary>
    public IReadOnlyList<OwnQuestion>? TestQuestions { get; set; }

    /// <summary>
    /// Rewards beside those of <c>reward.parts</c>, which may be an empty list in a configuration in code: then these are all there are.
    /// </summary>
    public IReadOnlyList<OwnReward> Rewards { get; set; } = [];

    /// <summary>Told of each update, once its line is in <c>metrics.jsonl</c>.</summary>
    public Action<UpdateSummary>? OnUpdate { get; set; }

    /// <summary>Told of each evaluation, once its line is in <c>evaluations.jsonl</c>.</summary>
    public Action<EvaluationSummary>? OnEvaluation { get; set; }

    /// <summary>
    /// Given all completions of each update with their rewards, advantages and fates, once they are in the run's files and before
    /// <see cref="OnUpdate"/>. It must change nothing in them. A resumed run gives those again that it makes again.
    /// </summary>
    public Action<TrainingBatch>? OnCompletions { get; set; }

    /// <summary>
    /// Takes the lines that the command line would print, warnings among them; <see cref="Console.Out"/> at a terminal has the live
    /// display. Null: nobody does.
    /// </summary>
    public TextWriter? Output { get; set; }

    /// <summary>The pipeline of a file, which the run reads and checks.</summary>
    /// <param name="path">A pipeline file, or <c>config.json</c> of a run.</param>
    /// <param name="overrides">
    /// Keys stated anew, each KEY=VALUE as <c>--set</c> takes them: <c>run.updates=20</c>; the last one wins.
    /// </param>
    public static TrainingPipeline FromFile(string path, params IReadOnlyList<string> overrides)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(overrides);
        return new(held => ConfigLoader.Load(path, overrides, PathRules.Without(held), held.In));
    }

    /// <summary>Runs to its end, or until it is stopped.</summary>
    /// <param name="stop">
    /// Ends it as Ctrl-C does: waits and evaluations end at once, the update in progress is finished, checkpoint, model and report are
    /// saved, and the outcome says that it is stopped. While nothing has been made yet, the task is cancelled instead.
    /// </param>
    /// <param name="abandon">Ends it at once; the last checkpoint stays, and the task is cancelled.</param>
    /// <exception cref="PipelineException">
    /// Something that was given cannot be used, and nothing was made; or a reward gave no usable score, and the last checkpoint stays.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped before anything was made, or abandoned.</exception>
    /// <exception cref="IOException">A file of the run could not be written; the last checkpoint stays.</exception>
    public Task<TrainingOutcome> RunAsync(CancellationToken stop = default, CancellationToken abandon = default)
    {
        // The console's own writer stays as it is, by which a display knows the terminal.
        var output =
            Output is null ? TextWriter.Null
            : ReferenceEquals(Output, Console.Out) ? Output
            : TextWriter.Synchronized(Output);

        // As it is now, whatever is set meanwhile. Off the caller's thread and context, which may be a user interface's.
        var now = (TrainingPipeline)MemberwiseClone();
        return Task.Run(() => now.RunApartAsync(output, stop, abandon), CancellationToken.None);
    }

    /// <summary>The same with the streams of a command line, and with every exception as it is.</summary>
    /// <param name="output">Progress and results.</param>
    /// <param name="notices">Warnings.</param>
    /// <param name="stop">As above.</param>
    /// <param name="abandon">As above.</param>
    /// <param name="ranks">The processes that make the run; null: this one alone.</param>
    internal async Task<TrainingOutcome> RunAsync(
        TextWriter output,
        TextWriter notices,
        CancellationToken stop,
        CancellationToken abandon,
        RunRanks? ranks = null
    )
    {
        int updates = 0;
        var evaluations = new List<EvaluationSummary>();
        var held = Held(() => updates, evaluations);
        var config = load(held);
        updates = config.Run.Updates;
        var outcome = await TrainingRun.ExecuteAsync(config, output, notices, stop, abandon, held: held, ranks: ranks);
        return new TrainingOutcome
        {
            UpdatesDone = outcome.UpdatesDone,
            IsStopped = outcome.IsStopped,
            RunDirectory = outcome.RunDirectory,
            ModelDirectory = outcome.ModelDirectory,
            WeightsHash = outcome.WeightsHash,
            QuestionsDropped = outcome.QuestionsDropped,
            Evaluations = evaluations,
        };
    }

    private async Task<TrainingOutcome> RunApartAsync(TextWriter output, CancellationToken stop, CancellationToken abandon)
    {
        // As in the program itself, for the whole of the run and nobody else.
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        await using var notices = new NoticeWriter(output, isTerminal: true);
        try
        {
            return await RunAsync(output, notices, stop, abandon);
        }
        catch (Exception error) when (PipelineException.Of(error) is { } mistake)
        {
            throw mistake;
        }
    }

    private HeldParts Held(Func<int> updates, List<EvaluationSummary> evaluations)
    {
        var (onUpdate, onEvaluation) = (OnUpdate, OnEvaluation);
        var rewards = new Dictionary<string, IGroupReward>(StringComparer.Ordinal);
        foreach (var reward in Rewards)
        {
            // One that is stated twice is refused with the configuration.
            rewards.TryAdd(reward.Name, reward.Reward);
        }

        return new HeldParts
        {
            Train = OwnQuestions.Read(Questions, nameof(Questions)),
            Test = OwnQuestions.Read(TestQuestions, nameof(TestQuestions)),
            Rewards = rewards,
            RewardParts =
            [
                .. Rewards.Select(reward => new RewardPartConfig
                {
                    Name = reward.Name,
                    Weight = reward.Weight,
                    Assembly = InMemory.Reward,
                    Type = reward.Reward.GetType().FullName ?? reward.Reward.GetType().Name,
                }),
            ],
            OnUpdate = onUpdate is null ? null : metrics => onUpdate(UpdateSummary.Of(metrics, updates())),
            OnEvaluation = metrics =>
            {
                var evaluation = EvaluationSummary.Of(metrics);
                evaluations.Add(evaluation);
                onEvaluation?.Invoke(evaluation);
            },
            OnCompletions = OnCompletions,
        };
    }
}
