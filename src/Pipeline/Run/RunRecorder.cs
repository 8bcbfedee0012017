using System.Diagnostics;
using Cppo.Model.Collectives;
using Cppo.Pipeline.Distributed;
using Cppo.Pipeline.Evaluation;
using Cppo.Pipeline.Graph;
using Cppo.Pipeline.Telemetry;
using Cppo.Stages;

namespace Cppo.Pipeline.Run;

/// <summary>Tells files, sinks and screen how the run is going.</summary>
/// <param name="metrics">The run's files; null on a process that leaves them to another.</param>
/// <param name="sinks">Where the numbers go beside them.</param>
/// <param name="progress">The screen.</param>
/// <param name="timeline">What the stages of the graph have been doing.</param>
/// <param name="rolloutDevices">That generate side by side, on all processes.</param>
/// <param name="elapsedBefore">Seconds that earlier parts of the run took.</param>
internal sealed class RunRecorder(
    MetricsWriter? metrics,
    RunSinks sinks,
    IRunProgress progress,
    StageTimeline timeline,
    int rolloutDevices,
    double elapsedBefore
)
{
    private readonly long start = Stopwatch.GetTimestamp();
    private TimeSpan processorBefore = Environment.CpuUsage.TotalTime;
    private Dictionary<string, ExchangeTotals> exchangedBefore = [];

    /// <summary>The training questions, and those of them that are left out.</summary>
    public QuestionScreen Train { get; init; } = QuestionScreen.Empty;

    /// <summary>The test questions, and those of them that count as wrong.</summary>
    public QuestionScreen Test { get; init; } = QuestionScreen.Empty;

    /// <summary>Who else is told.</summary>
    public HeldParts Held { get; init; } = HeldParts.None;

    /// <summary>Where the run's numbers go beside its files.</summary>
    public RunSinks Sinks { get; } = sinks;

    /// <summary>What the stages of the graph have been doing.</summary>
    public StageTimeline Timeline { get; } = timeline;

    /// <summary>The processes that these are spread over; one looks at its own devices.</summary>
    public RunRanks Ranks { get; init; } = RunRanks.One;

    /// <summary>Time spent on the run, earlier parts of a resumed run included.</summary>
    public TimeSpan Elapsed => TimeSpan.FromSeconds(elapsedBefore) + Stopwatch.GetElapsedTime(start);

    /// <summary>What is to be told of an update that has just been made.</summary>
    public UpdateMetrics MetricsOf(TrainingBatch batch, UpdateReport report, string weightsHash)
    {
        var (before, now) = (processorBefore, Environment.CpuUsage.TotalTime);
        processorBefore = now;
        var metrics = UpdateMetrics.From(batch, report, Timeline, rolloutDevices, Elapsed);
        var exchanges = TakeExchanges();
        return metrics with
        {
            RolloutSeconds = metrics.RolloutSeconds * Ranks.Size,
            WeightsHash = weightsHash,
            QuestionsDropped = Train.Unreadable.Count,
            QuestionsDroppedReasons = Train.CountsByReason,
            ProcessorSeconds = (now - before).TotalSeconds,
            RanksWaitedSeconds = exchanges.ToDictionary(side => side.Key, side => side.Value.Waited.TotalSeconds),
            ExchangeSeconds = exchanges.ToDictionary(side => side.Key, side => side.Value.Moved.TotalSeconds),
            ExchangeBytes = exchanges.ToDictionary(side => side.Key, side => side.Value.BytesSent),
        };
    }

    /// <summary>Records one update.</summary>
    public void Updated(UpdateMetrics update)
    {
        metrics?.Write(update);
        Sinks.Written(update);
        progress.Updated(update);
        Held.OnUpdate?.Invoke(update);
    }

    /// <summary>Records one evaluation after <paramref name="updatesDone"/> updates.</summary>
    public void Evaluated(int updatesDone, EvaluationResult result)
    {
        var evaluation = new EvaluationMetrics
        {
            Step = updatesDone,
            Accuracy = result.Accuracy.Value,
            AccuracyLow = result.Accuracy.Low,
            AccuracyHigh = result.Accuracy.High,
            LenientAccuracy = result.LenientAccuracy.Value,
            LenientAccuracyLow = result.LenientAccuracy.Low,
            LenientAccuracyHigh = result.LenientAccuracy.High,
            FormatRate = result.FormatRate.Value,
            Questions = result.Accuracy.NumQuestions,
            UnreadableGolds = Test.Unreadable.Count,
        };
        metrics?.Write(evaluation);
        Sinks.Written(evaluation);
        progress.Line($"after {updatesDone} updates: {result.Describe()}");
        Held.OnEvaluation?.Invoke(evaluation);
    }

    /// <summary>Tells how far an evaluation has come.</summary>
    public void Answered(int numAnswered, int numQuestions) => progress.Answered(numAnswered, numQuestions);

    /// <summary>Says what the run does now.</summary>
    public void Phase(string phase) => progress.Phase(phase);

    /// <summary>A line that stays on the screen.</summary>
    public void Line(string text) => progress.Line(text);

    /// <summary>What this process's calls to the others took since the last update; nothing where it is alone.</summary>
    private Dictionary<string, ExchangeTotals> TakeExchanges()
    {
        if (Ranks.IsAlone)
        {
            return [];
        }

        var now = new Dictionary<string, ExchangeTotals> { ["rollout"] = Ranks.Rollouts.Exchanged, ["update"] = Ranks.ExchangedByUpdates };
        var since = now.ToDictionary(side => side.Key, side => side.Value - exchangedBefore.GetValueOrDefault(side.Key));
        exchangedBefore = now;
        return since;
    }
}
