namespace Cppo.Pipeline.Run;

/// <summary>How a training run ended that did not fail.</summary>
/// <param name="UpdatesDone">Updates of the run so far, those before it was resumed included.</param>
/// <param name="IsStopped">Whether it was asked to stop before its last update; a checkpoint is there to continue from.</param>
internal sealed record RunOutcome(int UpdatesDone, bool IsStopped)
{
    /// <summary>The run's directory.</summary>
    public required string RunDirectory { get; init; }

    /// <summary>The trained model, or the policy so far, as a Hugging Face directory.</summary>
    public required string ModelDirectory { get; init; }

    /// <summary>Of its weights, as in <c>metrics.jsonl</c>.</summary>
    public required string WeightsHash { get; init; }

    /// <summary>Training questions that no update asks.</summary>
    public required int QuestionsDropped { get; init; }
}
