namespace Cppo.Pipeline.Library;

/// <summary>How a run ended that did not fail.</summary>
public sealed record TrainingOutcome
{
    /// <summary>Updates of the run so far, those before it was resumed included.</summary>
    public required int UpdatesDone { get; init; }

    /// <summary>
    /// Whether it was asked to stop before its end. Its checkpoint is saved: the same pipeline with <c>run.resume</c> true goes on to the
    /// weights that the run would have had without the stop.
    /// </summary>
    public required bool IsStopped { get; init; }

    /// <summary>Where its files are, <c>run.directory</c>/<c>run.name</c>.</summary>
    public required string RunDirectory { get; init; }

    /// <summary>The trained model, or the policy so far, as a Hugging Face directory.</summary>
    public required string ModelDirectory { get; init; }

    /// <summary>Of its weights in fp32, an adapter's alone where one was trained: XxHash128 in hexadecimal digits.</summary>
    public required string WeightsHash { get; init; }

    /// <summary>
    /// Training questions that no update asks, because their gold answers cannot be rewarded; <c>dropped.jsonl</c> in the run's directory
    /// lists them.
    /// </summary>
    public required int QuestionsDropped { get; init; }

    /// <summary>The evaluations that were made, in their order; those of earlier parts of a resumed run are not among them.</summary>
    public required IReadOnlyList<EvaluationSummary> Evaluations { get; init; }
}
