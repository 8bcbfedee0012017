using System.Net;
using Cppo.Pipeline.Files;
using Cppo.Rewards;

namespace Cppo.Pipeline.CustomRewards;

/// <summary>What one request came to.</summary>
/// <param name="Scores">The answer; null where there is none that can be used.</param>
/// <param name="Fault">What went wrong, in words; empty with an answer.</param>
/// <param name="MayPass">Whether the same request may succeed later.</param>
/// <param name="RetryAfter">How long the server asks to wait.</param>
internal sealed record HttpAttempt(RewardScore[]? Scores, string Fault, bool MayPass, TimeSpan? RetryAfter)
{
    public static HttpAttempt Answered(RewardScore[] scores) => new(scores, "", false, null);

    public static HttpAttempt Failed(string fault, bool mayPass) => new(null, fault, mayPass, null);

    /// <summary>An answer that is no success.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="body">Its body.</param>
    /// <param name="excerpt">The beginning of a text of the server's, without secrets.</param>
    /// <param name="now">What a Retry-After that is a date counts from.</param>
    public static HttpAttempt Status(HttpResponseMessage response, string body, Func<string, string> excerpt, DateTimeOffset now)
    {
        var (code, after) = ((int)response.StatusCode, response.Headers.RetryAfter);
        string target =
            code is >= 300 and < 400 && response.Headers.Location is { } location
                ? $" (to {excerpt(AddressText.WithoutQuery(location.OriginalString))}, which is not followed)"
                : "";
        string said = excerpt(body);
        return new(
            null,
            $"{code} {excerpt(response.ReasonPhrase ?? "")}{target}{(said.Length > 0 ? $" \"{said}\"" : "")}",
            response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || code >= 500,
            after?.Delta ?? (after?.Date - now)
        );
    }
}
