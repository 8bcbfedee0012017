using System.Diagnostics;
using OpenTelemetry;

namespace Cppo.Pipeline.MetricSinks.OpenTelemetry;

/// <summary>
/// Gathers the spans that end, and sends them when it is told to: OpenTelemetry's own processors do not say whether anybody took them.
/// </summary>
/// <param name="exporter">Is disposed of with this.</param>
internal sealed class SpanSender(BaseExporter<Activity> exporter) : BaseExportProcessor<Activity>(exporter)
{
    private readonly List<Activity> ended = [];

    /// <summary>Sends what has ended since the last call; whether it was taken.</summary>
    public bool Send()
    {
        Activity[] spans;
        lock (ended)
        {
            spans = [.. ended];
            ended.Clear();
        }

        // None are there where a sampler of the environment has left the trace out.
        return spans.Length == 0 || exporter.Export(new Batch<Activity>(spans, spans.Length)) == ExportResult.Success;
    }

    /// <inheritdoc/>
    protected override void OnExport(Activity data)
    {
        lock (ended)
        {
            ended.Add(data);
        }
    }
}
