using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.MetricSinks.OpenTelemetry;

/// <summary>Where one signal goes.</summary>
/// <param name="Address">The whole address, path included.</param>
/// <param name="IsGrpc">Whether in the form of gRPC, else as protobuf in HTTP.</param>
internal sealed record SignalTarget(Uri Address, bool IsGrpc);

/// <summary>
/// Where metrics and traces go; one of them is null where it goes nowhere. An address of the configuration goes before those of the
/// environment, whose names and meanings are OpenTelemetry's.
/// </summary>
internal sealed record CollectorTarget(SignalTarget? Metrics, SignalTarget? Traces)
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_{0}ENDPOINT";
    private const string Protocol = "OTEL_EXPORTER_OTLP_{0}PROTOCOL";
    private const string Disabled = "OTEL_SDK_DISABLED";
    private const int GrpcPort = 4317;

    /// <summary>The addresses for people, e.g. in a message.</summary>
    public string Describe() =>
        string.Join(
            " and ",
            new[] { Metrics, Traces }
                .OfType<SignalTarget>()
                .Select(target => AddressText.WithoutQuery(target.Address.GetLeftPart(UriPartial.Authority)))
                .Distinct(StringComparer.Ordinal)
        );

    /// <summary>What a configuration and an environment ask for; null where the sink is off.</summary>
    /// <param name="config">Validated.</param>
    /// <param name="variable">The value of a variable of the environment; null where it is not set.</param>
    /// <exception cref="UsageException">A variable is set to what is no address or no protocol.</exception>
    public static CollectorTarget? Of(OpenTelemetryConfig config, Func<string, string?> variable)
    {
        if (
            config.Endpoint == OpenTelemetryConfig.Off
            || string.Equals(variable(Disabled)?.Trim(), "true", StringComparison.OrdinalIgnoreCase)
        )
        {
            return null;
        }

        var target = new CollectorTarget(Signal("METRICS", "v1/metrics"), Signal("TRACES", "v1/traces"));
        return target is { Metrics: null, Traces: null } ? null : target;

        SignalTarget? Signal(string signal, string path)
        {
            if (config.Endpoint.Length > 0)
            {
                return Below(config.Endpoint, signal, path);
            }

            if (Stated(Endpoint, signal + "_") is { } own)
            {
                var address = Address(Name(Endpoint, signal + "_"), own);
                return new SignalTarget(address, IsGrpc(signal, address));
            }

            return Stated(Endpoint, "") is { } common ? Below(Address(Name(Endpoint, ""), common).OriginalString, signal, path) : null;
        }

        SignalTarget Below(string text, string signal, string path)
        {
            var address = new Uri(text);
            return IsGrpc(signal, address)
                ? new SignalTarget(address, IsGrpc: true)
                : new SignalTarget(new Uri(address.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/" + path), IsGrpc: false);
        }

        bool IsGrpc(string signal, Uri address)
        {
            string? protocol =
                config.Protocol != OpenTelemetryConfig.AutoProtocol
                    ? config.Protocol
                    : Stated(Protocol, signal + "_") ?? Stated(Protocol, "");
            return protocol switch
            {
                null => address.Port == GrpcPort,
                OpenTelemetryConfig.Grpc => true,
                OpenTelemetryConfig.Http => false,
                _ => throw new UsageException(
                    $"{Name(Protocol, Stated(Protocol, signal + "_") is null ? "" : signal + "_")} in the environment is \"{protocol}\"; "
                        + $"set it to {OpenTelemetryConfig.Http} or {OpenTelemetryConfig.Grpc}, or state sinks.openTelemetry.protocol."
                ),
            };
        }

        string? Stated(string pattern, string signal) => variable(Name(pattern, signal))?.Trim() is { Length: > 0 } text ? text : null;
    }

    private static string Name(string pattern, string signal) => pattern.Replace("{0}", signal, StringComparison.Ordinal);

    private static Uri Address(string name, string text) =>
        text != OpenTelemetryConfig.Off && CollectorAddress.Fault(text) is null
            ? new Uri(text)
            : throw new UsageException(
                $"{name} in the environment is \"{AddressText.WithoutQuery(text)}\", which is no http or https address without a user; "
                    + $"correct it, or turn the sink off with {SetOption.Of("sinks.openTelemetry.endpoint=none")}."
            );
}
