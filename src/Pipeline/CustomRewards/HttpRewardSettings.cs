using System.Text.RegularExpressions;
using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.CustomRewards;

/// <summary>How a reward's server is asked.</summary>
internal sealed partial record HttpRewardSettings
{
    /// <summary>As configured.</summary>
    public required string Name { get; init; }

    /// <summary>The reward's place in the configuration, as <c>reward.parts.1</c>.</summary>
    public required string Key { get; init; }

    public required Uri Url { get; init; }

    /// <summary>The longest that one attempt may take, connection and answer together.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Attempts after the first.</summary>
    public int Retries { get; init; } = 4;

    /// <summary>The most completions of a request.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>The most requests at a time.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>Header fields with their values, which may be secret.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The address without its query, which may hold a secret.</summary>
    public string Address => Url.GetLeftPart(UriPartial.Path);

    /// <summary>The settings of a part that states a url.</summary>
    /// <exception cref="ConfigException">A header names an environment variable that is not set.</exception>
    public static HttpRewardSettings From(string key, RewardPartConfig part)
    {
        var defaults = new HttpRewardSettings
        {
            Name = part.Name,
            Key = key,
            Url = new Uri(part.Url),
        };
        return defaults with
        {
            Timeout = part.TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : defaults.Timeout,
            Retries = part.Retries ?? defaults.Retries,
            Batch = part.Batch ?? defaults.Batch,
            Concurrency = part.Concurrency ?? defaults.Concurrency,
            Headers = part.Headers.ToDictionary(
                header => header.Key,
                header =>
                    EnvironmentVariable().Replace(header.Value, match => Variable($"{key}.headers.{header.Key}", match.Groups[1].Value))
            ),
        };
    }

    /// <summary>
    /// Groups that keep the server busy where a group of <paramref name="groupSize"/> completions is one or more requests.
    /// </summary>
    public static int GroupsAtATime(RewardPartConfig part, int groupSize)
    {
        var defaults = new HttpRewardSettings
        {
            Name = "",
            Key = "",
            Url = new Uri("http://localhost"),
        };
        int batch = part.Batch ?? defaults.Batch,
            requestsPerGroup = (groupSize + batch - 1) / batch;
        return ((part.Concurrency ?? defaults.Concurrency) + requestsPerGroup - 1) / requestsPerGroup;
    }

    private static string Variable(string key, string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
            ? value
            : throw new ConfigException($"{key}: the environment variable {name} is not set; set it, or remove the header");

    [GeneratedRegex(@"\benv:([A-Za-z_][A-Za-z0-9_]*)", RegexOptions.CultureInvariant)]
    private static partial Regex EnvironmentVariable();
}
