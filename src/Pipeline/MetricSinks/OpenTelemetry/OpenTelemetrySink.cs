using Cppo.Pipeline.Files;
using Cppo.Pipeline.Graph;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Cppo.Pipeline.MetricSinks.OpenTelemetry;

/// <summary>
/// Sends every line's numbers and every batch's spans over OpenTelemetry's protocol, each when it comes. Headers, time limits and further
/// attributes are those of OpenTelemetry's variables in the environment.
/// </summary>
/// <param name="target">Where to.</param>
/// <param name="runName">The run, an attribute of all that is sent.</param>
internal sealed class OpenTelemetrySink(CollectorTarget target, string runName) : IMetricSink
{
    /// <summary>The name that the program has where the environment gives it none.</summary>
    public const string ServiceName = "cppo-pipeline";

    /// <summary>The attribute of the run's name.</summary>
    public const string RunKey = "cppo.run.name";

    private RunInstruments? instruments;
    private MeterProvider? meters;
    private BaseExportingMetricReader? reader;
    private RunSpans? spans;
    private TracerProvider? tracers;
    private SpanSender? sender;

    /// <inheritdoc/>
    public string Name => "openTelemetry";

    /// <inheritdoc/>
    public bool TakesTraces => target.Traces is not null;

    /// <inheritdoc/>
    public TimeSpan Rest => TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public void Write(MetricLine line)
    {
        if (target.Metrics is null)
        {
            return;
        }

        if (meters is null)
        {
            // A gauge is sent where it was set since the last time: an evaluation's once, not with every update that follows.
            reader = new BaseExportingMetricReader(new OtlpMetricExporter(Options(target.Metrics)))
            {
                TemporalityPreference = MetricReaderTemporalityPreference.Delta,
            };
            meters = Sdk.CreateMeterProviderBuilder()
                .SetResourceBuilder(Resource())
                .AddMeter(RunInstruments.MeterName)
                .AddReader(reader)
                .Build();
            instruments = new RunInstruments();
        }

        instruments!.Record(line);
        Require(reader!.Collect(), target.Metrics);
    }

    /// <inheritdoc/>
    public void Write(BatchTrace trace)
    {
        if (tracers is null)
        {
            sender = new SpanSender(new OtlpTraceExporter(Options(target.Traces!)));
            tracers = Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(Resource())
                .AddSource(RunSpans.SourceName)
                .AddProcessor(sender)
                .Build();
            spans = new RunSpans();
        }

        spans!.Record(trace);
        Require(sender!.Send(), target.Traces!);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        instruments?.Dispose();
        meters?.Dispose();
        spans?.Dispose();
        tracers?.Dispose();
    }

    private static OtlpExporterOptions Options(SignalTarget signal) =>
        new() { Endpoint = signal.Address, Protocol = signal.IsGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf };

    private static void Require(bool isTaken, SignalTarget signal)
    {
        if (!isTaken)
        {
            throw new SinkException($"{AddressText.WithoutQuery(signal.Address.AbsoluteUri)} did not answer in time, or refused");
        }
    }

    /// <summary>What all is said to come from; the environment goes before the program.</summary>
    private ResourceBuilder Resource() =>
        ResourceBuilder
            .CreateEmpty()
            .AddTelemetrySdk()
            .AddService(ServiceName, serviceVersion: ProgramVersion.Text)
            .AddAttributes([new KeyValuePair<string, object>(RunKey, runName)])
            .AddEnvironmentVariableDetector();
}
