using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Telemetry;

/// <summary>Writes a run's <c>metrics.jsonl</c>, a line per update, and <c>evaluations.jsonl</c>, a line per evaluation.</summary>
internal sealed class MetricsWriter : IDisposable
{
    /// <summary>Name of the updates' file in the run directory.</summary>
    public const string UpdatesFile = "metrics.jsonl";

    /// <summary>Name of the evaluations' file in the run directory.</summary>
    public const string EvaluationsFile = "evaluations.jsonl";

    private readonly StepLog<UpdateMetrics> updates;
    private readonly StepLog<EvaluationMetrics> evaluations;

    /// <summary>Opens both files in an existing directory.</summary>
    /// <param name="runDirectory">The run's directory.</param>
    /// <param name="firstUpdate">The first update that is to come: lines of it and of later ones are removed.</param>
    /// <param name="evaluatesAgain">Whether the policy before that update is evaluated again: a line of it is removed too.</param>
    public MetricsWriter(string runDirectory, int firstUpdate, bool evaluatesAgain = false)
    {
        updates = new StepLog<UpdateMetrics>(Path.Combine(runDirectory, UpdatesFile), firstUpdate);
        evaluations = new StepLog<EvaluationMetrics>(
            Path.Combine(runDirectory, EvaluationsFile),
            evaluatesAgain ? firstUpdate : firstUpdate + 1
        );
    }

    /// <summary>Refuses a run whose lines this program would misread, before anything of it is changed.</summary>
    /// <exception cref="FileFormatException">It is one.</exception>
    public static void RequireReadable(string runDirectory)
    {
        StepLines.Read(Path.Combine(runDirectory, UpdatesFile));
        StepLines.Read(Path.Combine(runDirectory, EvaluationsFile));
    }

    /// <summary>Writes an update's line.</summary>
    public void Write(UpdateMetrics metrics) => updates.Append(metrics);

    /// <summary>Writes an evaluation's line.</summary>
    public void Write(EvaluationMetrics metrics) => evaluations.Append(metrics);

    /// <inheritdoc/>
    public void Dispose()
    {
        updates.Dispose();
        evaluations.Dispose();
    }
}
