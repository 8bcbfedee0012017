using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Cppo.Pipeline.View;

/// <summary>
/// Who may ask: the page that this server gave, in a browser on this machine. A name of another site that was made to mean this machine
/// (DNS rebinding) shows in Host, a page of another site in Origin or in what the browser says of the request's site.
/// </summary>
/// <param name="port">The server's.</param>
internal sealed class ViewGuard(int port)
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'";

    private readonly string[] hosts = [.. new[] { "127.0.0.1", "localhost" }.SelectMany(name => Names(name, port))];

    /// <summary>Refuses a request that does not come from there.</summary>
    /// <exception cref="RequestFault">It does not.</exception>
    public void Require(HttpRequest request)
    {
        if (request.Method != HttpMethods.Get)
        {
            throw new RequestFault(405, "Only GET is answered: nothing can be changed here.");
        }

        if (!hosts.Contains(request.Headers.Host.ToString(), StringComparer.OrdinalIgnoreCase))
        {
            throw new RequestFault(403, $"The address must begin with http://{hosts[0]}/ or http://localhost:{port}/.");
        }

        string origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && !hosts.Any(host => origin.Equals($"http://{host}", StringComparison.OrdinalIgnoreCase)))
        {
            throw new RequestFault(403, "Pages of other origins are not answered.");
        }

        // A link may lead here from anywhere; a script, a picture or a frame of another site may not.
        bool isOther = request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site";
        bool isLink = request.Headers["Sec-Fetch-Mode"] == "navigate" && request.Headers["Sec-Fetch-Dest"] == "document";
        if (isOther && !isLink)
        {
            throw new RequestFault(403, "Pages of other sites are not answered.");
        }
    }

    /// <summary>What every answer tells the browser.</summary>
    public static void Protect(HttpResponse response)
    {
        response.Headers[HeaderNames.ContentSecurityPolicy] = Policy;
        response.Headers[HeaderNames.XContentTypeOptions] = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        response.Headers[HeaderNames.CacheControl] = "no-store";
    }

    /// <summary>Browsers leave out the port of HTTP.</summary>
    private static string[] Names(string name, int port) =>
        port == 80 ? [FormattableString.Invariant($"{name}:{port}"), name] : [FormattableString.Invariant($"{name}:{port}")];
}
