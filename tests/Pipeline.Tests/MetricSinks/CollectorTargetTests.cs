using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.MetricSinks.OpenTelemetry;

namespace Cppo.Pipeline.Tests.MetricSinks;

public sealed class CollectorTargetTests
{
    [Theory]
    [InlineData("", "", null, null)]
    [InlineData("none", "ENDPOINT=http://c:4318", null, null)]
    [InlineData("http://c:4318", "", "http http://c:4318/v1/metrics", "http http://c:4318/v1/traces")]
    [InlineData("http://c:4318/", "ENDPOINT=http://other:1", "http http://c:4318/v1/metrics", "http http://c:4318/v1/traces")]
    [InlineData("https://c/below", "", "http https://c/below/v1/metrics", "http https://c/below/v1/traces")]
    [InlineData("http://c:4317", "", "grpc http://c:4317/", "grpc http://c:4317/")]
    [InlineData("http://c:4317", "PROTOCOL=http/protobuf", "http http://c:4317/v1/metrics", "http http://c:4317/v1/traces")]
    [InlineData("", "ENDPOINT=http://c:4318", "http http://c:4318/v1/metrics", "http http://c:4318/v1/traces")]
    [InlineData("", "ENDPOINT=http://c:5;PROTOCOL=grpc", "grpc http://c:5/", "grpc http://c:5/")]
    [InlineData("", "TRACES_ENDPOINT=http://c:5/own", null, "http http://c:5/own")]
    [InlineData("", "ENDPOINT=http://c:4318;METRICS_ENDPOINT=http://d:5/m", "http http://d:5/m", "http http://c:4318/v1/traces")]
    [InlineData("", "ENDPOINT=http://c:5;TRACES_PROTOCOL=grpc", "http http://c:5/v1/metrics", "grpc http://c:5/")]
    [InlineData("http://c:4318", "DISABLED=true", null, null)]
    public void Configuration_and_environment_say_where_each_signal_goes(
        string endpoint,
        string environment,
        string? metrics,
        string? traces
    )
    {
        var target = CollectorTarget.Of(new OpenTelemetryConfig { Endpoint = endpoint }, Variables(environment));
        Assert.Equal((metrics, traces), (Describe(target?.Metrics), Describe(target?.Traces)));
    }

    [Theory]
    [InlineData("ENDPOINT=localhost:4318", "OTEL_EXPORTER_OTLP_ENDPOINT in the environment is \"localhost:4318\"")]
    [InlineData("TRACES_ENDPOINT=ftp://c", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT in the environment is \"ftp://c\"")]
    [InlineData("ENDPOINT=http://c;PROTOCOL=http/json", "OTEL_EXPORTER_OTLP_PROTOCOL in the environment is \"http/json\"; set it to")]
    public void A_variable_that_cannot_be_used_is_a_mistake_that_names_it(string environment, string expected) =>
        Assert.StartsWith(
            expected,
            Assert.Throws<UsageException>(() => CollectorTarget.Of(new OpenTelemetryConfig(), Variables(environment))).Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("localhost:4318", "is no http or https address; write one such as http://localhost:4318")]
    [InlineData("http://me:secret@c:4318", "OTEL_EXPORTER_OTLP_HEADERS")]
    public void An_endpoint_that_cannot_be_used_is_a_fault_of_the_configuration(string endpoint, string expected)
    {
        var faults = Assert.Throws<ConfigException>(() =>
            ConfigLoader.Parse("{}", "x.json", [$"sinks.openTelemetry.endpoint={endpoint}", "data.train.path=x.csv"])
        );
        Assert.Contains(expected, faults.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", faults.Message, StringComparison.Ordinal);
    }

    private static string? Describe(SignalTarget? target) =>
        target is null ? null : $"{(target.IsGrpc ? "grpc" : "http")} {target.Address}";

    private static Func<string, string?> Variables(string environment)
    {
        var variables = environment
            .Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(one => one.Split('=', 2))
            .ToDictionary(one => one[0] == "DISABLED" ? "OTEL_SDK_DISABLED" : $"OTEL_EXPORTER_OTLP_{one[0]}", one => one[1]);
        return name => variables.GetValueOrDefault(name);
    }
}
