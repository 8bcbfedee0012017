using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Hub;

/// <summary>
/// Requests to the hub. Redirects are followed to the hub's own servers alone, and the token goes to the endpoint alone.
/// </summary>
internal sealed class HubHttp : IDisposable
{
    private const int MostRedirects = 8;
    private const string LinkedHash = "X-Linked-Etag";
    private const string LinkedSize = "X-Linked-Size";
    private const string RepositoryCommit = "X-Repo-Commit";

    private readonly HubEnvironment environment;
    private readonly HubHosts hosts;
    private readonly HttpClient client;

    public HubHttp(HubEnvironment environment)
    {
        this.environment = environment;
        hosts = new HubHosts(environment.Endpoint);
        client = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.None,
                ConnectTimeout = environment.Patience,
                UseCookies = false,
                Credentials = null,
            }
        )
        {
            // Each wait has its own limit: a large file takes hours.
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Whether an address is the endpoint's own.</summary>
    public bool IsEndpoint(Uri address) => hosts.IsEndpoint(address);

    /// <summary>Asks for what lies at an address, after redirects.</summary>
    /// <param name="address">Of the endpoint.</param>
    /// <param name="from">The first byte that is asked for; 0: all of it, without a range.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="HubException">There is no answer, or it leads elsewhere.</exception>
    public async Task<HubAnswer> GetAsync(Uri address, long from, CancellationToken stop)
    {
        (string? commit, string? hash, long? size) = (null, null, null);
        var at = address;
        for (int redirects = 0; ; redirects++)
        {
            var response = await SendAsync(at, from, stop);
            if (hosts.SpeaksForHub(at))
            {
                bool isHub = Header(response, RepositoryCommit) is not null;
                commit ??= Header(response, RepositoryCommit);
                hash ??= Unquoted(Header(response, LinkedHash) ?? (isHub && !IsRedirect(response) ? Header(response, "ETag") : null));
                size ??= long.TryParse(Header(response, LinkedSize), NumberStyles.None, CultureInfo.InvariantCulture, out long stated)
                    ? stated
                    : null;
            }

            if (!IsRedirect(response))
            {
                return new HubAnswer(response, commit, hash, size);
            }

            using (response)
            {
                at = Target(at, response, redirects);
            }
        }
    }

    /// <summary>Waits for a step of an answer as long as patience lasts.</summary>
    /// <exception cref="HubException">It did not come, or broke off.</exception>
    public async Task<T> WithinAsync<T>(Uri address, Func<CancellationToken, Task<T>> step, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(environment.Patience);
        try
        {
            return await step(limit.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new HubException($"{address.Host} sent nothing for {environment.Patience.TotalSeconds:0.#} seconds.", mayPass: true);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new HubException($"{address.Host}: {Reason(error)}.", mayPass: true);
        }
    }

    public void Dispose() => client.Dispose();

    private async Task<HttpResponseMessage> SendAsync(Uri at, long from, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, at);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Cppo.Pipeline", ProgramVersion.Text));

        // Compressed, a range would be one of other bytes.
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        request.Headers.Range = from > 0 ? new RangeHeaderValue(from, null) : null;
        if (environment.Token is { } token && hosts.IsEndpoint(at))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return await WithinAsync(at, cancel => client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel), stop);
    }

    private Uri Target(Uri at, HttpResponseMessage response, int redirects)
    {
        if (redirects == MostRedirects)
        {
            throw new HubException($"{at.Host} answers with more than {MostRedirects} redirects, which are not followed.");
        }

        if (response.Headers.Location is not { } location)
        {
            throw new HubException($"{at.Host} answers with a redirect that leads nowhere.");
        }

        var target = new Uri(at, location);
        hosts.Require(target);
        return target;
    }

    private static string Reason(Exception error)
    {
        var kind =
            (error as HttpRequestException)?.HttpRequestError ?? (error as HttpIOException)?.HttpRequestError ?? HttpRequestError.Unknown;
        return kind switch
        {
            HttpRequestError.NameResolutionError => "there is no server of that name, or no network",
            HttpRequestError.ConnectionError => "nobody answers there, or there is no network",
            HttpRequestError.SecureConnectionError => "its certificate or its encryption is not accepted",
            HttpRequestError.ProxyTunnelError => "the proxy does not let through",
            HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded => "the answer is not HTTP's",
            _ => "the answer broke off",
        };
    }

    private static bool IsRedirect(HttpResponseMessage response) => (int)response.StatusCode is 301 or 302 or 303 or 307 or 308;

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static string? Unquoted(string? etag) =>
        etag is null ? null
        : etag.StartsWith("W/", StringComparison.Ordinal) ? etag[2..].Trim('"')
        : etag.Trim('"');
}
