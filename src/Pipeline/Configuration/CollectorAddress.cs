namespace Cppo.Pipeline.Configuration;

/// <summary>What an address of a collector must be.</summary>
internal static class CollectorAddress
{
    /// <summary>What is wrong with one, and the remedy; null where nothing is, or it is empty or turns the sink off.</summary>
    public static string? Fault(string text)
    {
        if (text.Length == 0 || text == OpenTelemetryConfig.Off)
        {
            return null;
        }

        if (
            !Uri.TryCreate(text, UriKind.Absolute, out var address)
            || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)
        )
        {
            return $"\"{Files.AddressText.WithoutQuery(text)}\" is no http or https address; write one such as http://localhost:4318";
        }

        return address.UserInfo.Length > 0
            ? "holds a user or a password, which files of the run would show; give them as OTEL_EXPORTER_OTLP_HEADERS in the environment"
            : null;
    }
}
