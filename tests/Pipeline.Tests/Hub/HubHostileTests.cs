using System.Text.Json.Nodes;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Hub;

namespace Cppo.Pipeline.Tests.Hub;

/// <summary>A hub that means harm: nothing lies outside of the cache, no other server is asked, the hub alone is told the token.</summary>
public sealed class HubHostileTests : IDisposable
{
    private readonly HubServer server = new();
    private readonly HubFolder folder = new();

    public void Dispose()
    {
        server.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("../evil.parquet")]
    [InlineData("a/../../../../evil.parquet")]
    [InlineData("/etc/evil.parquet")]
    [InlineData("a//evil.parquet")]
    [InlineData("./evil.parquet")]
    [InlineData("..\\evil.parquet")]
    [InlineData("a/..\\..\\evil.parquet")]
    [InlineData("C:evil.parquet")]
    [InlineData("")]
    public async Task A_name_that_leaves_the_cache_ends_all(string path)
    {
        var data = server.Add(HubKind.Dataset, "org/evil", new string('a', 40)).With("train.parquet", "x").With(path, "evil");
        var fault = await Assert.ThrowsAsync<HubException>(() => folder.FetchAsync(server, data));
        Assert.Contains("outside of the cache; nothing of it is fetched", fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.Cache));
        Assert.Empty(server.FileRequests);
    }

    [Theory]
    [InlineData("a\\b.parquet")]
    [InlineData("a\u001b[2J.parquet")]
    [InlineData("a\nb.parquet")]
    [InlineData("a\u202egpj.parquet")]
    [InlineData("train.parquet:stream.parquet")]
    [InlineData("con/train.parquet")]
    [InlineData("folder./train.parquet")]
    public async Task A_name_that_no_disk_should_have_is_refused_in_letters_that_a_terminal_does_not_obey(string path)
    {
        var data = server.Add(HubKind.Dataset, "org/odd", new string('a', 40)).With(path, "x");
        var fault = await Assert.ThrowsAsync<UsageException>(() => folder.FetchAsync(server, data));
        Assert.Contains("which is refused", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(fault.Message, TerminalText.IsCode);
        Assert.False(Directory.Exists(folder.Cache));
    }

    [Fact]
    public async Task Names_that_differ_in_capitals_alone_are_refused()
    {
        var data = server.Add(HubKind.Dataset, "org/capitals", new string('a', 40)).With("Train.parquet", "x").With("train.parquet", "y");
        await Assert.ThrowsAsync<UsageException>(() => folder.FetchAsync(server, data));
    }

    [Theory]
    [InlineData("https://evil.example/model", "https://evil.example")]
    [InlineData("https://huggingface.co.evil.example/x", "https://huggingface.co.evil.example")]
    [InlineData("http://huggingface.co/x", "http://huggingface.co")]
    [InlineData("https://huggingface.co:8443/x", "https://huggingface.co:8443")]
    [InlineData("https://user:word@huggingface.co/x", "https://huggingface.co")]
    [InlineData("https://evilhf.co/x", "https://evilhf.co")]
    [InlineData("file:///etc/passwd", "file://")]
    [InlineData("ftp://127.0.0.1/x", "ftp://127.0.0.1")]
    public async Task A_redirect_to_another_server_is_not_followed(string location, string shown)
    {
        var model = server.AddModel("org/elsewhere");
        server.Script = (request, proper) =>
            request.Target.EndsWith("model.safetensors", StringComparison.Ordinal) ? proper.With("Location", location) : null;
        var fault = await Assert.ThrowsAsync<HubException>(() => folder.FetchAsync(server, model));
        Assert.Contains($"leads to {shown}", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("word", fault.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.InCache(model, "snapshots", model.Commit, "model.safetensors")));
    }

    [Fact]
    public async Task A_redirect_to_another_name_of_this_machine_is_not_followed()
    {
        using var other = new RawServer("other", _ => HubReply.Empty(200));
        var model = server.AddModel("org/localhost");
        server.Script = (request, proper) =>
            request.Target.EndsWith("model.safetensors", StringComparison.Ordinal)
                ? proper.With("Location", $"http://localhost:{other.Port}/x")
                : null;
        await Assert.ThrowsAsync<HubException>(() => folder.FetchAsync(server, model));
        Assert.Empty(other.Requests);
    }

    [Theory]
    [InlineData("https://cdn-lfs.huggingface.co/x")]
    [InlineData("https://cdn-lfs-us-1.hf.co/x")]
    [InlineData("https://cas-bridge.xethub.hf.co/x")]
    [InlineData("https://us.aws.cdn.hf.co/x")]
    [InlineData("https://HUGGINGFACE.CO/x")]
    [InlineData("https://hf.co/x")]
    public void The_hubs_own_servers_may_be_led_to_and_get_no_token(string location)
    {
        var hosts = new HubHosts("https://mirror.example");
        hosts.Require(new Uri(location));
        Assert.False(hosts.IsEndpoint(new Uri(location)));
    }

    [Fact]
    public async Task The_token_goes_to_the_hub_alone()
    {
        server.Token = "hf_secret";
        var model = server.AddModel("org/private");
        await folder.FetchAsync(server, model);
        Assert.All(server.Hub.Requests, request => Assert.Equal("Bearer hf_secret", request.Token));
        Assert.NotEmpty(server.Blobs.Requests);
        Assert.All(server.Blobs.Requests, request => Assert.Null(request.Token));
    }

    [Fact]
    public async Task Redirects_without_end_end()
    {
        var model = server.AddModel("org/endless");
        server.Script = (request, _) =>
            request.Server == "hub" && request.Target.Contains("resolve", StringComparison.Ordinal)
                ? HubReply.Empty(307, ("Location", "/resolve/again"))
                : null;
        var fault = await Assert.ThrowsAsync<HubException>(() => folder.FetchAsync(server, model));
        Assert.Contains("more than 8 redirects", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.example/api/models/org/pages/tree/x")]
    [InlineData("http://localhost:1/next")]
    [InlineData("//evil.example/next")]
    public async Task A_next_page_on_another_server_is_not_asked_for(string next)
    {
        server.Token = "hf_secret";
        var model = server.AddModel("org/pages");
        server.Script = (request, proper) =>
            request.Target.Contains("/tree/", StringComparison.Ordinal) ? proper.With("Link", $"<{next}>; rel=\"next\"") : null;
        var fault = await Assert.ThrowsAsync<HubException>(() => folder.FetchAsync(server, model));
        Assert.Contains("another server", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_that_go_in_a_circle_end()
    {
        var model = server.AddModel("org/circle");
        server.Script = (request, _) =>
            request.Target.Contains("/tree/", StringComparison.Ordinal)
                ? HubReply.Json("[]", ("Link", $"<{server.Hub.Url}{request.Target}>; rel=\"next\""))
                : null;
        var fault = await Assert.ThrowsAsync<HubException>(() => folder.FetchAsync(server, model));
        Assert.Contains("circle", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listing_without_end_is_not_read_to_it()
    {
        var model = server.AddModel("org/enormous");
        byte[] enormous = new byte[40 << 20];
        Array.Fill(enormous, (byte)' ');
        server.Script = (request, _) =>
            request.Target.Contains("/tree/", StringComparison.Ordinal)
                ? new HubReply(200, enormous) { IsChunked = true, Pace = 1 << 20 }
                : null;
        var fault = await Assert.ThrowsAsync<HubException>(() => folder.FetchAsync(server, model));
        Assert.Contains("is not read further", fault.Message, StringComparison.Ordinal);
        Assert.True(server.Hub.Served.Values.Max() < enormous.Length);
    }

    [Fact]
    public async Task A_listing_of_too_many_files_is_refused()
    {
        var model = server.AddModel("org/many");
        server.Script = (request, _) =>
            !request.Target.Contains("/tree/", StringComparison.Ordinal)
                ? null
                : HubReply.Json(Page(request.Target), ("Link", $"<{server.Hub.Url}{request.Target}0>; rel=\"next\""));
        var fault = await Assert.ThrowsAsync<HubException>(() => folder.FetchAsync(server, model));
        Assert.Contains("more than 100000 files", fault.Message, StringComparison.Ordinal);

        static string Page(string target) =>
            new JsonArray([
                .. Enumerable
                    .Range(0, 20_000)
                    .Select(i => new JsonObject
                    {
                        ["type"] = "file",
                        ["oid"] = new string('0', 40),
                        ["size"] = 1,
                        ["path"] = $"{target.Length}-{i}",
                    }),
            ]).ToJsonString();
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[{\"type\":\"file\"}]")]
    [InlineData("[{\"type\":\"file\",\"path\":\"config.json\",\"size\":-1,\"oid\":\"0000000000000000000000000000000000000000\"}]")]
    [InlineData("[{\"type\":\"file\",\"path\":\"config.json\",\"size\":1,\"oid\":\"../../evil\"}]")]
    [InlineData("[{\"type\":\"file\",\"path\":\"config.json\",\"size\":1,\"oid\":\"0\",\"lfs\":{\"oid\":\"..\",\"size\":1}}]")]
    [InlineData(
        "[{\"type\":\"file\",\"path\":\"config.json\",\"size\":9223372036854775807,\"oid\":\"0000000000000000000000000000000000000000\"}]"
    )]
    [InlineData("<html>")]
    [InlineData("")]
    public async Task A_listing_that_is_none_is_said_to_be_none(string listing)
    {
        var model = server.AddModel("org/none");
        server.Script = (request, _) => request.Target.Contains("/tree/", StringComparison.Ordinal) ? HubReply.Json(listing) : null;
        var fault = await Assert.ThrowsAsync<HubException>(() => folder.FetchAsync(server, model));
        Assert.Contains("is not the hub's", fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.Cache));
    }

    [Theory]
    [InlineData("{\"sha\":\"main\"}", "names no commit")]
    [InlineData("{\"sha\":\"../../../../evil\"}", "names no commit")]
    [InlineData("{}", "is not the hub's")]
    public async Task A_revision_that_is_no_commit_is_refused(string answer, string expected)
    {
        var model = server.AddModel("org/revision");
        server.Script = (request, _) => request.Target.Contains("/revision/", StringComparison.Ordinal) ? HubReply.Json(answer) : null;
        var fault = await Assert.ThrowsAsync<HubException>(() => folder.FetchAsync(server, model));
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Weights_that_are_pickles_alone_are_refused()
    {
        var model = server.Add(HubKind.Model, "org/pickles", new string('a', 40)).With("config.json", "{}").With("pytorch_model.bin", 9000);
        var fault = await Assert.ThrowsAsync<UsageException>(() => folder.FetchAsync(server, model));
        Assert.Contains("pickles alone", fault.Message, StringComparison.Ordinal);
        var data = server.Add(HubKind.Dataset, "org/pickled", new string('a', 40)).With("train.pkl", 9000);
        Assert.Contains(
            "pickles",
            (await Assert.ThrowsAsync<UsageException>(() => folder.FetchAsync(server, data))).Message,
            StringComparison.Ordinal
        );
        Assert.Empty(server.FileRequests);
    }
}
