namespace Cppo.Pipeline.Configuration;

/// <summary>Where OpenTelemetry's exporter sends to.</summary>
public sealed record OpenTelemetryConfig
{
    /// <summary>The endpoint that turns the sink off whatever the environment says.</summary>
    internal const string Off = "none";

    internal const string AutoProtocol = "auto";
    internal const string Http = "http/protobuf";
    internal const string Grpc = "grpc";

    [Key(
        "Address of a collector, e.g. `http://localhost:4318`. Empty: that of OTEL_EXPORTER_OTLP_ENDPOINT in the environment, and off "
            + "where that is not set; `none`: off."
    )]
    public string Endpoint { get; init; } = "";

    [Key(
        "The form of the protocol. `auto`: that of OTEL_EXPORTER_OTLP_PROTOCOL in the environment; where that is not set, `grpc` for port "
            + "4317 and `http/protobuf` for all others.",
        Choices = [AutoProtocol, Http, Grpc]
    )]
    public string Protocol { get; init; } = AutoProtocol;
}
