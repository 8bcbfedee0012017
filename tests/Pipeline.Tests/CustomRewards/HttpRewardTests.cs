using System.Text.Json.Nodes;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.CustomRewards;

namespace Cppo.Pipeline.Tests.CustomRewards;

/// <summary>Rewards from a server: what is asked, what is tried again, and what ends the run.</summary>
public sealed partial class HttpRewardTests
{
    private readonly List<TimeSpan> pauses = [];
    private readonly List<string> notices = [];

    private HttpReward Client(RewardServer server, Func<HttpRewardSettings, HttpRewardSettings>? change = null) =>
        Client(server.Url, change);

    private HttpReward Client(string url, Func<HttpRewardSettings, HttpRewardSettings>? change = null)
    {
        var settings = new HttpRewardSettings
        {
            Name = "judge",
            Key = "reward.parts.1",
            Url = new Uri(url),
            Timeout = TimeSpan.FromSeconds(10),
        };
        var changed = change?.Invoke(settings) ?? settings;
        return new(
            changed,
            new Secrets(SecretValues.Of([changed])),
            notices.Add,
            (pause, _) =>
            {
                pauses.Add(pause);
                return Task.CompletedTask;
            }
        );
    }

    private async Task<string> FailureOf(string url, Func<HttpRewardSettings, HttpRewardSettings>? change = null)
    {
        using var reward = Client(url, change);
        return (await Assert.ThrowsAsync<RewardFailedException>(() => reward.ScoreAsync([RewardGroups.Of("q1", 2)], default))).Message;
    }

    private async Task<string> FailureOf(RewardReply reply, Func<HttpRewardSettings, HttpRewardSettings>? change = null)
    {
        using var server = new RewardServer(_ => reply);
        return (await FailureOf(server.Url, change)).Replace(server.Url, "URL", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_completion_goes_out_with_its_question_and_comes_back_with_its_reward()
    {
        using var server = new RewardServer(RewardReply.Tokens);
        using var reward = Client(
            server,
            settings => settings with { Headers = new Dictionary<string, string> { ["Authorization"] = "Bearer abc" } }
        );
        var scores = await reward.ScoreAsync([RewardGroups.Of("q1", 2), RewardGroups.Of("ä\ud800", 1)], default);
        Assert.Equal([new(1, "1 tokens"), new(2, "2 tokens"), new(1, "1 tokens")], scores);
        var call = Assert.Single(server.Calls);
        Assert.Equal("Bearer abc", call.Headers["Authorization"]);
        Assert.StartsWith("application/json", call.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.True(
            JsonNode.DeepEquals(
                call.Items[1],
                JsonNode.Parse(
                    """
                    { "questionId": "q1", "question": "What is \"q1\"?", "answer": "#### 7", "completion": "<answer>1</answer>",
                      "completionIndex": 1, "numTokens": 2, "isTruncated": true }
                    """
                )
            )
        );
        Assert.Equal("ä\ufffd", (string)call.Items[2]["questionId"]!);
    }

    [Fact]
    public async Task Requests_hold_at_most_a_batch_and_are_bounded_in_number()
    {
        using var server = new RewardServer(RewardReply.Tokens) { Latency = TimeSpan.FromMilliseconds(50) };
        using var reward = Client(server, settings => settings with { Batch = 3, Concurrency = 2 });
        var groups = Enumerable.Range(0, 3).Select(index => RewardGroups.Of($"q{index}", 7)).ToArray();
        var scores = await Task.WhenAll(groups.Select(group => reward.ScoreAsync([group], default)));
        Assert.All(scores, group => Assert.Equal([1, 2, 3, 4, 5, 6, 7], group.Select(score => score.Value)));
        Assert.Equal([1, 1, 1, 3, 3, 3, 3, 3, 3], server.Calls.Select(call => call.Items.Length).Order());
        Assert.Equal(2, server.MostAtATime);
    }

    [Fact]
    public async Task Reasons_may_be_absent_or_null()
    {
        using var server = new RewardServer(call =>
            RewardReply.Ok(call.Number == 0 ? """{"rewards":[1,-2.5e-1]}""" : """{"rewards":[1,2],"reasons":[null,"b"]}""")
        );
        using var reward = Client(server);
        Assert.Equal([new(1), new(-0.25)], await reward.ScoreAsync([RewardGroups.Of("q", 2)], default));
        Assert.Equal([new(1), new(2, "b")], await reward.ScoreAsync([RewardGroups.Of("q", 2)], default));
    }

    [Theory]
    [InlineData(503)]
    [InlineData(500)]
    [InlineData(429)]
    [InlineData(408)]
    public async Task What_may_pass_is_tried_again_after_growing_pauses(int status)
    {
        using var server = new RewardServer(call => call.Number < 2 ? new(status, "busy") : RewardReply.Tokens(call));
        using var reward = Client(server);
        Assert.Equal([1, 2], (await reward.ScoreAsync([RewardGroups.Of("q", 2)], default)).Select(score => score.Value));
        Assert.Equal(3, server.Calls.Count);
        Assert.InRange(pauses[0].TotalSeconds, 0.25, 0.5);
        Assert.InRange(pauses[1].TotalSeconds, 0.5, 1);
    }

    [Theory]
    [InlineData("7", 7, 7)]
    [InlineData("0", 0.25, 0.5)]
    [InlineData("999999", 600, 600)]
    [InlineData("in 20 s", 18, 20)]
    public async Task The_server_s_wish_to_wait_is_kept(string wish, double least, double most)
    {
        string value = wish.StartsWith("in ", StringComparison.Ordinal) ? DateTimeOffset.UtcNow.AddSeconds(20).ToString("R") : wish;
        using var server = new RewardServer(call =>
            call.Number == 0 ? new(429, "", false, ("Retry-After", value)) : RewardReply.Tokens(call)
        );
        using var reward = Client(server);
        await reward.ScoreAsync([RewardGroups.Of("q", 2)], default);
        Assert.InRange(Assert.Single(pauses).TotalSeconds, least, most);
        Assert.Equal(least >= 2, notices.Count == 1);
        Assert.All(
            notices,
            notice =>
                Assert.StartsWith(
                    "reward 'judge': attempt 1 of 5 failed (429 Too Many Requests); the next in ",
                    notice,
                    StringComparison.Ordinal
                )
        );
    }

    [Fact]
    public void Pauses_double_to_half_a_minute_and_differ_between_requests()
    {
        var items = RewardItem.Of(RewardGroups.Of("q", 9)).ToArray();
        for (int attempts = 1; attempts < 20; attempts++)
        {
            double longest = Math.Min(30, 0.5 * Math.Pow(2, attempts - 1));
            double[] seconds = [.. items.Select(item => RetryPause.Before(attempts, item, null).TotalSeconds)];
            Assert.All(seconds, pause => Assert.InRange(pause, longest / 2, longest));
            Assert.Equal(9, seconds.Distinct().Count());
            Assert.Equal(seconds[0], RetryPause.Before(attempts, items[0], null).TotalSeconds);
        }
    }

    [Fact]
    public async Task After_the_last_attempt_the_message_counts_what_happened()
    {
        string failure = await FailureOf(new RewardReply(503, "warming up"), settings => settings with { Retries = 2 });
        Assert.Equal(
            "Reward 'judge': URL gave no rewards for question 'q1' in 3 attempts: 3 times 503 Service Unavailable \"warming up\". "
                + "See that the server runs and keeps up, or raise reward.parts.1.retries (2) or reward.parts.1.timeoutSeconds (10).",
            failure
        );
        Assert.Equal(2, pauses.Count);
    }

    [Fact]
    public async Task Different_faults_are_counted_apart()
    {
        using var server = new RewardServer(call => call.Number == 1 ? new(500, "") : new(503, ""));
        string failure = await FailureOf(server.Url, settings => settings with { Retries = 2 });
        Assert.Contains(
            "in 3 attempts: 2 times 503 Service Unavailable; once 500 Internal Server Error.",
            failure,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_server_that_does_not_answer_in_time()
    {
        string failure = await FailureOf(
            RewardReply.Hanging,
            settings => settings with { Retries = 1, Timeout = TimeSpan.FromSeconds(0.2) }
        );
        Assert.Contains("in 2 attempts: 2 times no answer within 0.2 s.", failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there()
    {
        string failure = await FailureOf(
            $"http://127.0.0.1:{RewardServer.FreePort()}/score?token=secret",
            settings => settings with { Retries = 3 }
        );
        Assert.Contains("in 4 attempts: 4 times no answer: ", failure, StringComparison.Ordinal);
        Assert.Contains("refused", failure, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, "400 Bad Request \"no field ***\"")]
    [InlineData(401, "401 Unauthorized \"no field ***\"")]
    [InlineData(404, "404 Not Found \"no field ***\"")]
    public async Task What_cannot_pass_fails_at_once_and_repeats_no_secret(int status, string said)
    {
        string failure = await FailureOf(
            new RewardReply(status, "no field s3cret"),
            settings => settings with { Headers = new Dictionary<string, string> { ["X-Api-Key"] = "s3cret" } }
        );
        Assert.Equal(
            $"Reward 'judge': URL gave no rewards for question 'q1' (attempt 1): {said}. "
                + "To try again would not help: correct the server, reward.parts.1.url or reward.parts.1.headers (docs/rewards.md has the "
                + "contract).",
            failure
        );
        Assert.Empty(pauses);
    }

    [Fact]
    public async Task A_redirection_is_not_followed() =>
        Assert.Contains(
            "301 Moved Permanently (to /new, which is not followed)",
            await FailureOf(new RewardReply(301, "", false, ("Location", "/new"))),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("""{"rewards":[1]}""", "the answer has 1 rewards for 2 items")]
    [InlineData("""{"rewards":[1,2,3]}""", "the answer has 3 rewards for 2 items")]
    [InlineData("""{"rewards":[1,NaN]}""", "the answer is not JSON")]
    [InlineData("""{"rewards":[1,null]}""", "the answer has null as reward 1, which is no finite number")]
    [InlineData("""{"rewards":[1,"2"]}""", "the answer has \"2\" as reward 1, which is no finite number")]
    [InlineData("""{"rewards":[1e999,1]}""", "the answer has 1e999 as reward 0, which is no finite number")]
    [InlineData("""{"rewards":[1,2],"reasons":["a"]}""", "the answer has reasons that are no list of 2")]
    [InlineData("""{"rewards":[1,2],"reasons":["a",2]}""", "the answer has 2 as reason 1, which is no text")]
    [InlineData("""{"scores":[1,2]}""", "the answer has no list \"rewards\"")]
    [InlineData("[1,2]", "the answer has no list \"rewards\"")]
    [InlineData("", "the answer is not JSON")]
    [InlineData("<html>", "the answer is not JSON")]
    public async Task An_answer_of_no_use_fails_at_once(string body, string what)
    {
        Assert.Contains(what, await FailureOf(RewardReply.Ok(body)), StringComparison.Ordinal);
        Assert.Empty(pauses);
    }

    [Fact]
    public void Values_of_headers_come_from_the_environment()
    {
        Environment.SetEnvironmentVariable("CPPO_TEST_TOKEN", "t0ken");
        var part = new RewardPartConfig
        {
            Name = "judge",
            Url = "http://localhost/score",
            Headers = new Dictionary<string, string> { ["Authorization"] = "Bearer env:CPPO_TEST_TOKEN", ["X-Kind"] = "judge" },
        };
        var settings = HttpRewardSettings.From("reward.parts.1", part);
        Assert.Equal(("Bearer t0ken", "judge"), (settings.Headers["Authorization"], settings.Headers["X-Kind"]));
        Assert.Equal((TimeSpan.FromSeconds(30), 4, 64, 4), (settings.Timeout, settings.Retries, settings.Batch, settings.Concurrency));
        var missing = part with { Headers = new Dictionary<string, string> { ["Authorization"] = "env:CPPO_NO_SUCH_VARIABLE" } };
        Assert.Equal(
            "reward.parts.1.headers.Authorization: the environment variable CPPO_NO_SUCH_VARIABLE is not set; set it, or remove the header",
            Assert.Throws<ConfigException>(() => HttpRewardSettings.From("reward.parts.1", missing)).Message
        );
    }

    [Theory]
    [InlineData(null, null, 16, 4)]
    [InlineData(8, null, 16, 2)]
    [InlineData(4, 1, 16, 1)]
    [InlineData(64, 10, 16, 10)]
    public void So_many_groups_are_scored_at_a_time_that_all_requests_are_in_use(
        int? batch,
        int? concurrency,
        int groupSize,
        int expected
    ) => Assert.Equal(expected, HttpRewardSettings.GroupsAtATime(new() { Batch = batch, Concurrency = concurrency }, groupSize));
}
