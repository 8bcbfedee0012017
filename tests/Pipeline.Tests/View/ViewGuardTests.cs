using System.Net;
using Cppo.Pipeline.Tests.Browse;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.View;

public sealed class ViewGuardTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private RunningView view = null!;

    public async Task InitializeAsync()
    {
        await SampleRun.WriteAsync(directory.Of("runs", "r"), 0);
        await File.WriteAllTextAsync(directory.Of("secret.json"), "secret");
        view = await RunningView.StartAsync(directory.Of("runs"));
    }

    public async Task DisposeAsync() => await view.DisposeAsync();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task A_name_of_another_site_that_means_this_machine_is_refused()
    {
        foreach (
            string host in new[]
            {
                "evil.example",
                $"evil.example:{view.Port}",
                "127.0.0.1:1",
                $"[::1]:{view.Port}",
                $"0.0.0.0:{view.Port}",
            }
        )
        {
            Assert.Equal(HttpStatusCode.Forbidden, await view.StatusAsync("api/runs", ("Host", host)));
            Assert.Equal(HttpStatusCode.Forbidden, await view.StatusAsync("", ("Host", host)));
        }

        Assert.Equal(HttpStatusCode.OK, await view.StatusAsync("api/runs", ("Host", $"LocalHost:{view.Port}")));
        Assert.InRange(await view.RawAsync("GET /api/runs HTTP/1.0\r\n\r\n"), 400, 499);
        Assert.InRange(
            await view.RawAsync($"GET /api/runs HTTP/1.1\r\nHost: 127.0.0.1:{view.Port}\r\nHost: evil.example\r\n\r\n"),
            400,
            499
        );
        Assert.InRange(await view.RawAsync($"GET http://evil.example/api/runs HTTP/1.1\r\nHost: evil.example\r\n\r\n"), 400, 499);
    }

    [Fact]
    public async Task Pages_of_other_sites_are_refused_and_a_link_from_one_is_not()
    {
        foreach (
            string origin in new[] { "http://evil.example", "null", $"https://127.0.0.1:{view.Port}", $"http://127.0.0.1:{view.Port + 1}" }
        )
        {
            Assert.Equal(HttpStatusCode.Forbidden, await view.StatusAsync("api/runs", ("Origin", origin)));
        }

        Assert.Equal(HttpStatusCode.OK, await view.StatusAsync("api/runs", ("Origin", $"http://127.0.0.1:{view.Port}")));
        Assert.Equal(
            HttpStatusCode.Forbidden,
            await view.StatusAsync("api/runs", ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Dest", "image"))
        );
        Assert.Equal(
            HttpStatusCode.OK,
            await view.StatusAsync("", ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document"))
        );
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    [InlineData("PATCH")]
    public async Task Only_GET_is_answered(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "api/runs");
        using var answer = await view.SendAsync(request);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["GET"], answer.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("/../secret.json")]
    [InlineData("/%2e%2e/secret.json")]
    [InlineData("/..%2fsecret.json")]
    [InlineData("/assets/../../../secret.json")]
    [InlineData("/api/runs/..%2f..%2fsecret.json")]
    [InlineData("/api/runs/%2e%2e/metrics")]
    [InlineData("/api/runs/r%2f..%2fr")]
    [InlineData("/api/runs/r/groups/..%2f0.0")]
    [InlineData("/api/runs/r%00")]
    [InlineData("/api/sweeps/..")]
    [InlineData("//secret.json")]
    [InlineData("/C:%5csecret.json")]
    public async Task No_path_leads_out_of_what_is_known(string path) =>
        Assert.InRange(await view.RawAsync($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{view.Port}\r\nConnection: close\r\n\r\n"), 400, 499);

    [Theory]
    [InlineData("api/runs/other")]
    [InlineData("api/runs/other/groups")]
    [InlineData("api/runs/r/groups/9.9")]
    [InlineData("api/runs/r/groups/0.0.0")]
    [InlineData("api/runs/r/groups/-1.0")]
    [InlineData("api/runs/r/groups/99999999999.0")]
    [InlineData("api/runs/r/other")]
    [InlineData("api/sweeps/other")]
    [InlineData("api")]
    [InlineData("other.html")]
    public async Task What_is_not_there_is_404(string address) => Assert.Equal(HttpStatusCode.NotFound, await view.StatusAsync(address));

    [Theory]
    [InlineData("api/runs?x=1")]
    [InlineData("api/runs/r/groups?limit=0")]
    [InlineData("api/runs/r/groups?limit=201")]
    [InlineData("api/runs/r/groups?limit=1&limit=2")]
    [InlineData("api/runs/r/groups?sort=question")]
    [InlineData("api/runs/r/groups?sort=step;DROP")]
    [InlineData("api/runs/r/groups?fate=other")]
    [InlineData("api/runs/r/groups?kind=")]
    [InlineData("api/runs/r/groups?rewardMin=NaN")]
    [InlineData("api/runs/r/groups?tokensMin=1.5")]
    [InlineData("api/runs/r/groups?cursor=x")]
    [InlineData("api/runs/r/groups?cursor=1.2.3.4.99999999999999")]
    [InlineData("api/runs/r/metrics?from=-1")]
    [InlineData("api/runs/r/timeline?count=201")]
    [InlineData("api/differences?run=r")]
    [InlineData("api/differences?run=r&run=r")]
    public async Task Parameters_are_bounded(string address) => Assert.Equal(HttpStatusCode.BadRequest, await view.StatusAsync(address));

    [Fact]
    public async Task Long_parameters_and_long_addresses_are_refused()
    {
        Assert.Equal(HttpStatusCode.OK, await view.StatusAsync($"api/runs/r/groups?text={new string('x', 200)}"));
        Assert.Equal(HttpStatusCode.BadRequest, await view.StatusAsync($"api/runs/r/groups?text={new string('x', 201)}"));
        Assert.Equal(HttpStatusCode.RequestUriTooLong, await view.StatusAsync($"api/runs/r/groups?text={new string('x', 10_000)}"));
        string many = string.Join('&', Enumerable.Range(0, 200).Select(number => $"key={number}"));
        Assert.Equal(HttpStatusCode.BadRequest, await view.StatusAsync($"api/runs/r/metrics?{many}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("api/runs")]
    [InlineData("api/runs/other")]
    public async Task Every_answer_forbids_scripts_of_others_and_guessing(string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        using var answer = await view.SendAsync(request);
        string policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(["no-referrer"], answer.Headers.GetValues("Referrer-Policy"));
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Nothing_in_the_run_is_changed_by_looking_at_it()
    {
        Dictionary<string, string> Files() =>
            Directory
                .GetFiles(directory.Path, "*", SearchOption.AllDirectories)
                .ToDictionary(path => path, path => $"{File.GetLastWriteTimeUtc(path):O} {Convert.ToHexString(File.ReadAllBytes(path))}");
        var before = Files();
        await view.GroupsAsync("r");
        await view.JsonAsync("api/runs/r/groups/0.0");
        await view.JsonAsync("api/state");
        Assert.Equal(before, Files());
    }
}
