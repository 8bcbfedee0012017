using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.CustomRewards;

/// <summary>How a reward's server is asked.</summary>
internal sealed record HttpRewardSettings
{
    /// <summary>As configured.</summary>
    public required string Name { get; init; }

    /// <summary>The reward's place in the configuration, as <c>reward.parts.1</c>.</summary>
    public required string Key { get; init; }

    /// <summary>Where the server is asked; path and query may hold secrets.</summary>
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

    /// <summary>Values of environment variables that headers and address hold, and the words that hold them.</summary>
    public IReadOnlyList<string> FromEnvironment { get; init; } = [];

    /// <summary>The address as messages name it: as it is stated, without the query, which may hold a secret.</summary>
    public string Address
    {
        get => field ?? AddressText.WithoutQuery(Url.OriginalString);
        init;
    }

    /// <summary>The settings of a part that states a url.</summary>
    /// <exception cref="ConfigException">Header or address name an environment variable that is not set, or that no header can
    /// hold.</exception>
    public static HttpRewardSettings From(string key, RewardPartConfig part)
    {
        // A server that is called env has a port, which is no name of a variable; still, only what follows it is looked at.
        int server = AddressText.EndOfServer(part.Url);
        var place = EnvironmentText.Resolve($"{key}.url", part.Url[server..], "remove it from the address", Uri.EscapeDataString);
        var headers = part.Headers.ToDictionary(header => header.Key, header => Header($"{key}.headers.{header.Key}", header.Value));
        var defaults = new HttpRewardSettings
        {
            Name = part.Name,
            Key = key,
            Url = new Uri(part.Url[..server] + place.Text),
            Address = AddressText.WithoutQuery(part.Url),
        };
        return defaults with
        {
            Timeout = part.TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : defaults.Timeout,
            Retries = part.Retries ?? defaults.Retries,
            Batch = part.Batch ?? defaults.Batch,
            Concurrency = part.Concurrency ?? defaults.Concurrency,
            Headers = headers.ToDictionary(header => header.Key, header => header.Value.Text),
            FromEnvironment = [.. headers.Values.Append(place).SelectMany(text => text.Secrets)],
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

    private static EnvironmentText Header(string key, string stated)
    {
        var value = EnvironmentText.Resolve(key, stated, "remove the header", text => text);
        return value.Text.Any(letter => letter is (< ' ' or > '~') and not '\t')
            ? throw new ConfigException(
                $"{key}: the value holds a line break, another control character or a letter beyond ASCII, which no header can; correct "
                    + "the environment variable, e.g. by taking away the line break at its end"
            )
            : value;
    }
}
