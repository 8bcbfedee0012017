using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cppo.Pipeline.CustomRewards;

namespace Cppo.Pipeline.Tests.CustomRewards;

/// <summary>Secret values are found in every form that a server, a library or a file gives them.</summary>
public sealed class SecretsTests
{
    /// <summary>Characters that addresses, JSON, HTML and base64 write in several ways each.</summary>
    private const string Token = "t0k&n/+\"'\\<W>=\u00E4~ x";

    private static Secrets Of(string header, params string[] fromEnvironment) =>
        new(
            SecretValues.Of([
                new HttpRewardSettings
                {
                    Name = "judge",
                    Key = "reward.parts.0",
                    Url = new Uri("https://reader:p%40ssw0rd@judge.example/score?api_key=q%2Fuery1&mode=x"),
                    Headers = new Dictionary<string, string> { ["Authorization"] = header },
                    FromEnvironment = fromEnvironment,
                },
            ])
        );

    public static TheoryData<string> Forms() =>
        new()
        {
            Token,
            Uri.EscapeDataString(Token),
            Uri.EscapeDataString(Token).ToLowerInvariant(),
            Uri.EscapeDataString(Uri.EscapeDataString(Token)),
            WebUtility.UrlEncode(Token),
            WebUtility.HtmlEncode(Token),
            JsonSerializer.Serialize(Token)[1..^1],
            JsonSerializer.Serialize(JsonSerializer.Serialize(Token))[7..^7],
            JsonEncodedText.Encode(Token, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString(),
            string.Concat(Token.Select(c => $"\\u{(int)c:X4}")),
            Convert.ToBase64String(Encoding.UTF8.GetBytes(Token)),
            Token.ToUpperInvariant(),
        };

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_value_is_hidden_in_each_of_its_forms(string form)
    {
        string scrubbed = Of($"Bearer {Token}", Token).Scrub($"the token <{form}> is unknown");
        Assert.Matches("^the token <[* =]+> is unknown$", scrubbed);
    }

    [Theory]
    [InlineData("Bearer abcd-efgh-ijkl-mnop", "no such key: abcd-efgh-ijkl-mnop", "no such key: ***")]
    [InlineData("Bearer abcd-efgh-ijkl-mnop", "Bearer tokens like Bearer abcd-efgh-ijkl-mnop", "Bearer tokens like ***")]
    [InlineData("Bearer abcd-efgh-ijkl-mnop", "key abcd-efgh... and ...ijkl-mnop", "key ***... and ...***")]
    [InlineData("Bearer abcd-efgh-ijkl-mnop", "key abcd", "key abcd")]
    [InlineData("Basic dXNlcjpodW50ZXIyIQ==", "user: wrong password hunter2!", "***: wrong password ***")]
    [InlineData("key one two", "one key", "one key")]
    [InlineData("abc", "abc", "abc")]
    [InlineData("", "at /score?api_key=q%2Fuery1&mode=x", "at /score?***")]
    [InlineData("", "at /score with q/uery1 by reader", "at /score with *** by ***")]
    [InlineData("", "password p@ssw0rd", "password ***")]
    public void Tokens_passwords_and_queries_are_hidden_and_what_is_no_secret_stays(string header, string text, string scrubbed) =>
        Assert.Equal(scrubbed, Of(header).Scrub(text));

    [Fact]
    public void Words_of_a_value_from_the_environment_are_hidden_and_so_is_the_word_that_holds_it() =>
        Assert.Equal(
            "*** and *** and *** but not key=",
            Of("key=alpha7 beta77", "alpha7 beta77", "key=alpha7").Scrub("beta77 and alpha7 and key=alpha7 but not key=")
        );

    [Fact]
    public void A_text_without_secrets_stays_and_nothing_is_hidden_where_there_are_none()
    {
        Assert.Equal("\r\n*** all fine ***", Of("Bearer abcd-efgh-ijkl-mnop").Scrub("\r\n*** all fine ***"));
        Assert.Equal("anything", Secrets.None.Scrub("anything"));
    }

    /// <summary>What cannot be searched in time is hidden as a whole.</summary>
    [Theory]
    [InlineData("Bearer a\\\\\"  b\\\\\"  c\\\\\"  d", "\\", 60_000)]
    [InlineData("Bearer + + + + + + + + + + + + + + b", "+ ", 6_000)]
    [InlineData("Bearer x/yx/yx/yx/yx/yx/yx/yx/yx/yx/yx/yx/yx/yz", "x\\\\/y", 12_000)]
    public void A_text_that_is_made_to_be_searched_for_long_takes_a_moment(string header, string part, int times)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Of(header).Scrub(string.Concat(Enumerable.Repeat(part, times)));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
    }
}
