using System.Text.Json.Nodes;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Telemetry;

/// <summary>A run's configuration as its report shows it, which is passed on where <c>config.json</c> is not.</summary>
internal static class ReportedConfig
{
    private const string Hidden = "***";

    /// <summary>
    /// The configuration with the addresses of rewards as far as their path, and with values of headers only where they come from the
    /// environment.
    /// </summary>
    /// <param name="json">A resolved <c>config.json</c>.</param>
    public static string WithoutSecrets(string json)
    {
        var config = JsonNode.Parse(json);
        if (config is not JsonObject keys || keys["reward"] is not JsonObject reward || reward["parts"] is not JsonArray parts)
        {
            return json;
        }

        foreach (var part in parts.OfType<JsonObject>())
        {
            if (part["url"] is JsonValue url && url.TryGetValue(out string? address))
            {
                part["url"] = AddressText.WithoutQuery(address);
            }

            if (part["headers"] is not JsonObject headers)
            {
                continue;
            }

            foreach (string name in headers.Select(header => header.Key).ToArray())
            {
                bool isReference = headers[name] is JsonValue value && value.ToString().Contains("env:", StringComparison.Ordinal);
                headers[name] = isReference ? headers[name]!.ToString() : Hidden;
            }
        }

        return keys.ToJsonString();
    }
}
