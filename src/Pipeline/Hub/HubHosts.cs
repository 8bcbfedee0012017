using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Hub;

/// <summary>Which servers a redirect may lead to, and which of them are told the token.</summary>
internal sealed class HubHosts(string endpoint)
{
    private readonly Uri hub = new(endpoint);

    /// <summary>Whether an address is the endpoint's own, which alone gets the token.</summary>
    public bool IsEndpoint(Uri address) =>
        address.Scheme == hub.Scheme
        && address.Port == hub.Port
        && string.Equals(address.IdnHost, hub.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether what a server's answer says of a file is the hub's word: the endpoint, or the hub behind a mirror.</summary>
    public bool SpeaksForHub(Uri address) =>
        IsEndpoint(address) || (address is { Scheme: "https", IsDefaultPort: true } && address.IdnHost is ("huggingface.co" or "hf.co"));

    /// <summary>Refuses an address that is none of the hub's.</summary>
    /// <exception cref="HubException">It is none.</exception>
    public void Require(Uri address)
    {
        string host = address.IdnHost.ToLowerInvariant();
        bool isOwn = string.Equals(host, hub.IdnHost, StringComparison.OrdinalIgnoreCase) && address.Scheme == hub.Scheme;
        bool isHub = address is { Scheme: "https", IsDefaultPort: true } && IsHub(host);
        if (!(isOwn || isHub) || address.UserInfo.Length > 0)
        {
            throw new HubException(
                $"The hub's answer leads to {TerminalText.Line($"{address.Scheme}://{address.Authority}")}, which is none of its own "
                    + "servers and is not followed."
            );
        }
    }

    /// <summary>The hub, and the servers that hold its large files.</summary>
    private static bool IsHub(string host) =>
        host is "huggingface.co" or "hf.co"
        || host.EndsWith(".hf.co", StringComparison.Ordinal)
        || (host.StartsWith("cdn-lfs", StringComparison.Ordinal) && host.EndsWith(".huggingface.co", StringComparison.Ordinal));
}
