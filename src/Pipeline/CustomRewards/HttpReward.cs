using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Cppo.Pipeline.Files;
using Cppo.Rewards;

namespace Cppo.Pipeline.CustomRewards;

/// <summary>
/// A reward that a server computes: completions go out in requests of at most a batch, a bounded number at a time. What may pass (a
/// timeout, a fault of the connection, the answers 408, 429 and 5xx) is tried again after a growing pause; anything else fails at once.
/// docs/rewards.md has the contract.
/// </summary>
internal sealed class HttpReward : ICustomReward
{
    /// <summary>Shorter pauses are not worth a line.</summary>
    private static readonly TimeSpan ToldFrom = TimeSpan.FromSeconds(2);
    private const int LongestExcerpt = 200;

    /// <summary>Characters of an answer that are looked at for an excerpt.</summary>
    private const int LongestRead = 1 << 16;
    private readonly HttpRewardSettings settings;
    private readonly Secrets secrets;
    private readonly Action<string> notice;
    private readonly Func<TimeSpan, CancellationToken, Task> pause;
    private readonly HttpClient client;
    private readonly SemaphoreSlim room;

    public HttpReward(HttpRewardSettings settings, Secrets secrets, Action<string> notice)
        : this(settings, secrets, notice, Task.Delay) { }

    /// <param name="settings">How to ask.</param>
    /// <param name="secrets">What the server's words and those of the connection must not repeat.</param>
    /// <param name="notice">Takes a line where an attempt failed and the next has to wait; called on any thread.</param>
    /// <param name="pause">Waits between two attempts.</param>
    public HttpReward(HttpRewardSettings settings, Secrets secrets, Action<string> notice, Func<TimeSpan, CancellationToken, Task> pause)
    {
        (this.settings, this.secrets, this.notice, this.pause) = (settings, secrets, notice, pause);
        room = new SemaphoreSlim(settings.Concurrency);
        client = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.All,
                MaxConnectionsPerServer = settings.Concurrency,
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
                UseCookies = false,
            }
        )
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = 64 << 20,
        };
    }

    public string Name => settings.Name;

    public async Task<RewardScore[]> ScoreAsync(IReadOnlyList<RewardGroup> groups, CancellationToken cancel)
    {
        RewardItem[][] batches = [.. groups.SelectMany(RewardItem.Of).Chunk(settings.Batch)];
        var scores = new RewardScore[batches.Length][];

        // The first failure cancels the other requests of these groups and is the one that is thrown.
        await Parallel.ForEachAsync(
            Enumerable.Range(0, batches.Length),
            new ParallelOptions { MaxDegreeOfParallelism = settings.Concurrency, CancellationToken = cancel },
            async (index, token) => scores[index] = await AskAsync(batches[index], token)
        );
        return [.. scores.SelectMany(batch => batch)];
    }

    public void Dispose()
    {
        client.Dispose();
        room.Dispose();
    }

    /// <summary>Asks until there is an answer, or until what went wrong cannot pass or has not passed.</summary>
    private async Task<RewardScore[]> AskAsync(RewardItem[] batch, CancellationToken cancel)
    {
        byte[] body = RewardItem.ToJson(batch);
        var faults = new List<string>();
        while (true)
        {
            var attempt = await AttemptAsync(body, batch.Length, cancel);
            if (attempt.Scores is not null)
            {
                return attempt.Scores;
            }

            faults.Add(attempt.Fault);
            if (!attempt.MayPass)
            {
                throw Refused(batch[0], faults);
            }

            if (faults.Count > settings.Retries)
            {
                throw GivenUp(batch[0], faults);
            }

            var wait = RetryPause.Before(faults.Count, batch[0], attempt.RetryAfter);
            if (wait >= ToldFrom)
            {
                notice(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"reward '{Name}': attempt {faults.Count} of {settings.Retries + 1} failed ({attempt.Fault}); the next in "
                            + $"{wait.TotalSeconds:0} s"
                    )
                );
            }

            await pause(wait, cancel);
        }
    }

    /// <summary>One request. Only the caller's cancellation is thrown.</summary>
    private async Task<HttpAttempt> AttemptAsync(byte[] body, int numItems, CancellationToken cancel)
    {
        await room.WaitAsync(cancel);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            limit.CancelAfter(settings.Timeout);
            using var request = Request(body);
            using var response = await client.SendAsync(request, limit.Token);
            byte[] content = await response.Content.ReadAsByteArrayAsync(limit.Token);
            return response.IsSuccessStatusCode
                ? RewardAnswer.Parse(content, numItems, Excerpt)
                : HttpAttempt.Status(response, Encoding.UTF8.GetString(content), Excerpt, DateTimeOffset.UtcNow);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return HttpAttempt.Failed(
                string.Create(CultureInfo.InvariantCulture, $"no answer within {settings.Timeout.TotalSeconds:0.###} s"),
                mayPass: true
            );
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return HttpAttempt.Failed(
                $"no answer: {Excerpt(error.Message)}",
                mayPass: error is not HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded }
            );
        }
        catch (InvalidDataException)
        {
            return HttpAttempt.Failed("the answer is compressed and damaged", mayPass: false);
        }
        finally
        {
            room.Release();
        }
    }

    private HttpRequestMessage Request(byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, settings.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in settings.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    /// <summary>The beginning of a text from outside on one line, without any secret that it may repeat.</summary>
    private string Excerpt(string text)
    {
        string known = secrets.Scrub(text.Length > LongestRead ? text[..LongestRead] : text).ReplaceLineEndings(" ").Trim();
        return known.Length > LongestExcerpt ? known[..LongestExcerpt] + "..." : known;
    }

    private RewardFailedException Refused(RewardItem first, List<string> faults) =>
        new(
            $"Reward '{Name}': {settings.Address} gave no rewards for question '{TerminalText.Line(first.QuestionId)}' "
                + $"(attempt {faults.Count}): {faults[^1]}. "
                + $"To try again would not help: correct the server, {settings.Key}.url or {settings.Key}.headers (docs/rewards.md has the "
                + $"contract)."
        );

    private RewardFailedException GivenUp(RewardItem first, List<string> faults)
    {
        var counted = faults
            .GroupBy(fault => fault)
            .Select(same => same.Count() == 1 ? $"once {same.Key}" : $"{same.Count()} times {same.Key}");
        return new(
            $"Reward '{Name}': {settings.Address} gave no rewards for question '{TerminalText.Line(first.QuestionId)}' "
                + $"in {faults.Count} attempts: {string.Join("; ", counted)}. "
                + $"See that the server runs and keeps up, or raise {settings.Key}.retries ({settings.Retries}) or "
                + string.Create(CultureInfo.InvariantCulture, $"{settings.Key}.timeoutSeconds ({settings.Timeout.TotalSeconds:0.###}).")
        );
    }
}
