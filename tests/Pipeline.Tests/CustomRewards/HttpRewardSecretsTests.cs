using System.Net;
using System.Net.Sockets;
using System.Text;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.CustomRewards;

namespace Cppo.Pipeline.Tests.CustomRewards;

/// <summary>What a server says does not carry the program's secrets further, and an answer that is no text is told.</summary>
public sealed partial class HttpRewardTests
{
    private const string Token = "sk-5f/2b+9c0d1e";

    private static HttpRewardSettings WithToken(HttpRewardSettings settings) =>
        settings with
        {
            Headers = new Dictionary<string, string> { ["Authorization"] = $"Bearer {Token}" },
            Retries = 0,
        };

    private static void AssertHidden(string text)
    {
        Assert.Contains(Secrets.Hidden, text, StringComparison.Ordinal);
        Assert.DoesNotContain("5f/2b", text, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-5f", text, StringComparison.Ordinal);
        Assert.DoesNotContain("9c0d1e", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "bad token: sk-5f/2b+9c0d1e")]
    [InlineData(401, "bad token: sk-5f%2F2b%2b9c0d1e")]
    [InlineData(401, """{"error":"bad token sk-5f\/2b\u002b9c0d1e"}""")]
    [InlineData(503, "token sk-5f/2b+9c... is over its limit")]
    public async Task A_body_that_repeats_the_token_is_told_without_it(int status, string body) =>
        AssertHidden(await FailureOf(new RewardReply(status, body), WithToken));

    [Theory]
    [InlineData("""{"rewards":["sk-5f/2b+9c0d1e",1]}""")]
    [InlineData("""{"rewards":[1,2],"reasons":[["sk-5f/2b+9c0d1e"],null]}""")]
    public async Task An_answer_of_no_use_that_repeats_the_token_is_told_without_it(string body) =>
        AssertHidden(await FailureOf(RewardReply.Ok(body), WithToken));

    [Fact]
    public async Task A_notice_about_an_attempt_that_failed_is_told_without_the_token()
    {
        using var server = new RewardServer(call =>
            call.Number == 0 ? new(429, $"slow down, {Token}", false, ("Retry-After", "3")) : RewardReply.Tokens(call)
        );
        using var reward = Client(server, settings => WithToken(settings) with { Retries = 1 });
        await reward.ScoreAsync([RewardGroups.Of("q", 2)], default);
        AssertHidden(Assert.Single(notices));
    }

    [Fact]
    public async Task A_redirection_to_another_server_is_not_followed_and_told_without_token_and_query()
    {
        using var other = new RewardServer(RewardReply.Tokens);
        string target = $"{other.Url}/{Token}?again={Token}&session=private";
        string failure = await FailureOf(new RewardReply(307, "", false, ("Location", target)), WithToken);
        Assert.Contains("307 Temporary Redirect (to ", failure, StringComparison.Ordinal);
        AssertHidden(failure);
        Assert.DoesNotContain("private", failure, StringComparison.Ordinal);
        Assert.Empty(other.Calls);
    }

    /// <summary>.NET quotes the line that is no header.</summary>
    [Fact]
    public async Task A_fault_of_the_connection_that_quotes_the_token_is_told_without_it()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nno header but {Token}\r\n\r\n"));
            await client.GetStream().FlushAsync();
            await Task.Delay(200);
        });
        string failure = await FailureOf($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/", WithToken);
        Assert.Contains("no answer: ", failure, StringComparison.Ordinal);
        AssertHidden(failure);
        await answering;
    }

    [Fact]
    public async Task A_long_text_of_the_server_is_cut()
    {
        string failure = await FailureOf(RewardReply.Ok($$"""{"rewards":["{{new string('x', 100_000)}}",1]}"""), WithToken);
        Assert.True(failure.Length < 1000, $"{failure.Length}");
    }

    [Theory]
    [InlineData("""{"rewards":[1,2],"reasons":["fine","\ud800"]}""", "its reason 1 holds half of a surrogate pair")]
    [InlineData("""{"rewards":[1,2],"reasons":["\udc00 fine",null]}""", "its reason 0 holds half of a surrogate pair")]
    [InlineData("""{"rewards":[1,2],"reward\ud800":1}""", "cannot be read: it holds half of a surrogate pair")]
    public async Task An_answer_with_half_of_a_surrogate_pair_cannot_be_read(string body, string what)
    {
        string failure = await FailureOf(RewardReply.Ok(body));
        Assert.StartsWith(
            "Reward 'judge': URL gave no rewards for question 'q1' (attempt 1): the answer ",
            failure,
            StringComparison.Ordinal
        );
        Assert.Contains(what, failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_compressed_and_damaged_cannot_be_read() =>
        Assert.Contains(
            "the answer is compressed and damaged",
            await FailureOf(new RewardReply(200, "no gzip at all", false, ("Content-Encoding", "gzip"))),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task A_question_s_id_does_not_break_the_sentence()
    {
        using var server = new RewardServer(_ => new(400, ""));
        using var reward = Client(server);
        var failure = await Assert.ThrowsAsync<RewardFailedException>(() => reward.ScoreAsync([RewardGroups.Of("q\n\e[2J", 1)], default));
        Assert.Contains("for question 'q\\n\\u001b[2J'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_takes_values_from_the_environment_in_path_and_query()
    {
        Environment.SetEnvironmentVariable("CPPO_TEST_HOOK", "h&ok/1");
        var part = new RewardPartConfig { Name = "judge", Url = "https://env:8443/env:CPPO_TEST_HOOK/score?key=env:CPPO_TEST_HOOK" };
        var settings = HttpRewardSettings.From("reward.parts.1", part);
        Assert.Equal("https://env:8443/h%26ok%2F1/score?key=h%26ok%2F1", settings.Url.AbsoluteUri);
        Assert.Equal("https://env:8443/env:CPPO_TEST_HOOK/score", settings.Address);
        Assert.Equal("*** ***", new Secrets(SecretValues.Of([settings])).Scrub("h&ok/1 h%26ok%2f1"));
        Assert.Equal(
            "reward.parts.1.url: the environment variable CPPO_NO_SUCH_VARIABLE is not set; set it, or remove it from the address",
            Assert
                .Throws<ConfigException>(() =>
                    HttpRewardSettings.From("reward.parts.1", part with { Url = "http://h/?k=env:CPPO_NO_SUCH_VARIABLE" })
                )
                .Message
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_fault_of_an_address_is_told_without_its_query(bool isOption)
    {
        const string Reward = """{ "name": "judge", "url": "htp://me:pass-word@h/score?key=s3cret" }""";
        string fault = Assert
            .Throws<ConfigException>(() =>
                isOption
                    ? ConfigLoader.Parse("{}", "p.json", [$"reward.parts=[{Reward}]"])
                    : ConfigLoader.Parse($$"""{ "reward": { "parts": [{{Reward}}] } }""", "p.json", [])
            )
            .Message;
        Assert.Contains("\"htp://h/score\" is no http or https address", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("pass-word", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("reward.parts.0.headers.Authorization=Bearer s3cret")]
    [InlineData("""reward.parts=[{ "name": "judge", "url": "http://h/", "headers": { "Authorization": "Bearer s3cret" } }]""")]
    public void A_fault_of_a_header_is_told_without_its_value(string option)
    {
        string fault = Assert
            .Throws<ConfigException>(() =>
                ConfigLoader.Parse("""{ "reward": { "parts": [{ "name": "judge", "url": "http://h/" }] } }""", "p.json", [option])
            )
            .Message;
        Assert.Contains("=***: reward.parts", fault, StringComparison.Ordinal);
        Assert.Contains("states Authorization itself", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_no_header_can_hold_is_refused_without_being_told()
    {
        Environment.SetEnvironmentVariable("CPPO_TEST_LINES", "first-line\nsecond");
        var part = new RewardPartConfig
        {
            Name = "judge",
            Url = "http://localhost/score",
            Headers = new Dictionary<string, string> { ["X-Api-Key"] = "env:CPPO_TEST_LINES" },
        };
        string fault = Assert.Throws<ConfigException>(() => HttpRewardSettings.From("reward.parts.1", part)).Message;
        Assert.StartsWith("reward.parts.1.headers.X-Api-Key: the value holds a line break", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("first-line", fault, StringComparison.Ordinal);
    }
}
