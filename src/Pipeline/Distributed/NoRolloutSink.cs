using Cppo.Pipeline.Sinks;
using Cppo.Stages;

namespace Cppo.Pipeline.Distributed;

/// <summary>Keeps nothing: another process has all completions and keeps them.</summary>
internal sealed class NoRolloutSink : IRolloutSink
{
    /// <inheritdoc/>
    public Task WriteAsync(TrainingBatch batch, CancellationToken cancel) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
