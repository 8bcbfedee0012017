using System.Diagnostics.Metrics;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.MetricSinks.OpenTelemetry;

/// <summary>
/// A gauge for each metric, made when it first comes: <c>cppo.update.reward_mean</c>, <c>cppo.evaluation.accuracy</c>. A number that the
/// file has below another key has that of its own as the attribute <c>cppo.part</c>, e.g. a reward's or a stage's name.
/// </summary>
internal sealed class RunInstruments : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Cppo.Pipeline";

    /// <summary>The attribute of a part.</summary>
    public const string PartKey = "cppo.part";

    private readonly Meter meter = new(MeterName, ProgramVersion.Text);
    private readonly Dictionary<string, Gauge<double>> gauges = new(StringComparer.Ordinal);

    /// <summary>Gives all numbers of a line, and its step, to who listens.</summary>
    public void Record(MetricLine line)
    {
        Gauge(line, "step").Record(line.Step);
        foreach (var (name, part, value) in line.Values)
        {
            var gauge = Gauge(line, name);
            if (part is null)
            {
                gauge.Record(value);
            }
            else
            {
                gauge.Record(value, new KeyValuePair<string, object?>(PartKey, part));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    private static string? UnitOf(string name) =>
        name.EndsWith("_seconds", StringComparison.Ordinal) ? "s"
        : name.EndsWith("_bytes", StringComparison.Ordinal) ? "By"
        : null;

    private Gauge<double> Gauge(MetricLine line, string name)
    {
        string full = $"cppo.{line.Prefix}.{name}";
        if (!gauges.TryGetValue(full, out var gauge))
        {
            gauges.Add(full, gauge = meter.CreateGauge<double>(full, UnitOf(name)));
        }

        return gauge;
    }
}
