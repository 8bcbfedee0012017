using System.Collections.Concurrent;

namespace Cppo.Pipeline.Tests.MetricSinks;

/// <summary>A span as OpenTelemetry's <c>trace.proto</c> has it.</summary>
internal sealed record ReceivedSpan(
    string TraceId,
    string SpanId,
    string ParentId,
    string Name,
    ulong Start,
    ulong End,
    Dictionary<string, object> Attributes
);

/// <summary>What of a resource and of the scope below it came with numbers or spans.</summary>
internal sealed record ReceivedFrom(Dictionary<string, object> Resource, string Scope, string ScopeVersion);

/// <summary>What exporters of OpenTelemetry sent, read without a library.</summary>
internal abstract class TelemetryReceiver
{
    /// <summary>Every request in the order of arrival.</summary>
    public ConcurrentQueue<(string Path, string? Type, byte[] Body)> Requests { get; } = new();

    /// <summary>The numbers of each request about metrics that holds any, by the names of metrics, or by name and part.</summary>
    public (ReceivedFrom From, Dictionary<string, double> Numbers, Dictionary<string, string> Units)[] Metrics =>
        [
            .. Requests
                .Where(request => request.Path == "/v1/metrics")
                .SelectMany(request => new ProtoMessage(request.Body).Messages(1))
                .SelectMany(resource => resource.Messages(2).Select(scope => (From: From(resource, scope), Scope: scope)))
                .Where(received => received.Scope.Has(2))
                .Select(received =>
                    (
                        received.From,
                        received
                            .Scope.Messages(2)
                            .SelectMany(Points)
                            .ToDictionary(point => point.Key, point => point.Value, StringComparer.Ordinal),
                        received.Scope.Messages(2).ToDictionary(metric => metric.Text(1), metric => metric.Text(3), StringComparer.Ordinal)
                    )
                ),
        ];

    public (ReceivedFrom From, ReceivedSpan[] Spans)[] Traces =>
        [
            .. Requests
                .Where(request => request.Path == "/v1/traces")
                .SelectMany(request => new ProtoMessage(request.Body).Messages(1))
                .SelectMany(resource =>
                    resource.Messages(2).Select(scope => (From(resource, scope), scope.Messages(2).Select(Span).ToArray()))
                ),
        ];

    private static ReceivedFrom From(ProtoMessage resource, ProtoMessage scope) =>
        new(Attributes(resource.Message(1), 1), scope.Message(1).Text(1), scope.Message(1).Text(2));

    private static IEnumerable<KeyValuePair<string, double>> Points(ProtoMessage metric)
    {
        Assert.True(metric.Has(5), $"{metric.Text(1)} is no gauge");
        foreach (var point in metric.Message(5).Messages(1))
        {
            Assert.True(point.Number(3) > 0);
            var attributes = Attributes(point, 7);
            yield return new(
                attributes.Count == 0
                    ? metric.Text(1)
                    : $"{metric.Text(1)}/{Assert.Single(attributes, one => one.Key == "cppo.part").Value}",
                point.Double(4)
            );
        }
    }

    private static ReceivedSpan Span(ProtoMessage span) =>
        new(
            Convert.ToHexStringLower(span.Bytes(1)),
            Convert.ToHexStringLower(span.Bytes(2)),
            Convert.ToHexStringLower(span.Bytes(4)),
            span.Text(5),
            span.Number(7),
            span.Number(8),
            Attributes(span, 9)
        );

    private static Dictionary<string, object> Attributes(ProtoMessage of, int field) =>
        of.Messages(field).ToDictionary(one => one.Text(1), one => Value(one.Message(2)), StringComparer.Ordinal);

    private static object Value(ProtoMessage value) =>
        value.Has(1) ? value.Text(1)
        : value.Has(3) ? (long)value.Number(3)
        : value.Has(4) ? value.Double(4)
        : value.Has(2) ? value.Number(2) != 0
        : throw new InvalidDataException("an attribute of another kind");
}
