using System.Globalization;
using System.Net;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Hub;

/// <summary>Answers that are no success, in sentences.</summary>
internal static class HubStatus
{
    private const int LongestReason = 300;

    /// <summary>Refuses an answer without what was asked for.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="name">What was asked for.</param>
    /// <param name="environment">Who asked.</param>
    /// <exception cref="UsageException">It is not there, or not for who asked.</exception>
    /// <exception cref="HubException">The server cannot answer, now or ever.</exception>
    public static void RequireSuccess(HttpResponseMessage response, HubName name, HubEnvironment environment)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        string code = Header(response, "X-Error-Code");
        switch (response.StatusCode)
        {
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden when code == "GatedRepo":
                throw new UsageException(
                    $"{name} is given only to who accepted its terms: do so at {environment.Endpoint}/{name.Route}, and give a token of "
                        + "that account in HF_TOKEN."
                );
            case HttpStatusCode.NotFound when code is "RevisionNotFound" or "EntryNotFound":
                throw new UsageException($"{name}: the hub has no such {(code == "EntryNotFound" ? "file" : "revision")}.");
            case HttpStatusCode.Unauthorized or HttpStatusCode.NotFound:
                throw new UsageException(NotThere(name, environment));
            case HttpStatusCode.Forbidden:
                throw new UsageException($"{name}: the hub does not give it to this token{Said(response)}.");
        }

        bool mayPass =
            response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)response.StatusCode >= 500;
        var after = response.Headers.RetryAfter;
        throw new HubException(
            string.Create(CultureInfo.InvariantCulture, $"{name}: the hub answers {(int)response.StatusCode}{Said(response)}."),
            mayPass,
            after?.Delta ?? (after?.Date - DateTimeOffset.UtcNow)
        );
    }

    private static string NotThere(HubName name, HubEnvironment environment)
    {
        string kind = name.Kind == HubKind.Model ? "model" : "dataset";
        string other = name.Kind == HubKind.Model ? $"; a dataset is named datasets/{name.Id}" : "";
        string token = environment.Token is null
            ? "a private one needs a token in HF_TOKEN"
            : "the token in use may not see private ones of others";
        return $"{name}: {environment.Endpoint} has no such {kind} that may be read; {token}{other}.";
    }

    private static string Said(HttpResponseMessage response)
    {
        string said = Header(response, "X-Error-Message");
        string text = TerminalText.Line(said.Length > LongestReason ? said[..LongestReason] : said).TrimEnd('.');
        return text.Length == 0 ? "" : $" ({text})";
    }

    private static string Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() ?? "" : "";
}
