using System.Diagnostics;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Graph;

namespace Cppo.Pipeline.MetricSinks.OpenTelemetry;

/// <summary>
/// A trace for each batch: the span <c>batch</c>, from its first question to the end of its update, and below it one for each stage. They
/// are made when all has happened, so that nothing of them is in the way of a stage.
/// </summary>
internal sealed class RunSpans : IDisposable
{
    /// <summary>The name of the source.</summary>
    public const string SourceName = "Cppo.Pipeline";

    private readonly ActivitySource source = new(SourceName, ProgramVersion.Text);

    /// <summary>Gives the spans of a batch to who listens.</summary>
    public void Record(BatchTrace trace)
    {
        using var batch = source.StartActivity("batch", ActivityKind.Internal, default(ActivityContext), null, null, trace.Start);
        if (batch is null)
        {
            return;
        }

        batch.SetTag("cppo.step", trace.Batch).SetTag("cppo.policy_version", trace.PolicyVersion);
        foreach (var stage in trace.Stages)
        {
            using var span = source.StartActivity(stage.Stage, ActivityKind.Internal, batch.Context, null, null, stage.Start);
            span?.SetTag("cppo.step", trace.Batch)
                .SetTag("cppo.busy_seconds", stage.BusySeconds)
                .SetTag("cppo.messages", stage.Messages)
                .SetEndTime(stage.End.UtcDateTime);
        }

        batch.SetEndTime(trace.End.UtcDateTime);
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();
}
