using Cppo.Stages;

namespace Cppo.Pipeline.Sinks;

/// <summary>Keeps every completion of a run, trained on or not.</summary>
public interface IRolloutSink : IAsyncDisposable
{
    /// <summary>
    /// Writes all completions of a batch; they are kept when the task ends. The same batch written again replaces itself.
    /// </summary>
    /// <exception cref="IOException">They could not be written.</exception>
    Task WriteAsync(TrainingBatch batch, CancellationToken cancel);
}
