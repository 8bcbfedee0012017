namespace Cppo.Pipeline.Run;

/// <summary>How a training run ended that did not fail.</summary>
/// <param name="UpdatesDone">Updates of the run so far, those before it was resumed included.</param>
/// <param name="IsStopped">Whether it was asked to stop before its last update; a checkpoint is there to continue from.</param>
internal sealed record RunOutcome(int UpdatesDone, bool IsStopped);
