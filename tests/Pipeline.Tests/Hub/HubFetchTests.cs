using Cppo.Pipeline.Hub;

namespace Cppo.Pipeline.Tests.Hub;

/// <summary>What is fetched, where it lies, and that nothing is fetched twice.</summary>
public sealed class HubFetchTests : IDisposable
{
    private readonly HubServer server = new();
    private readonly HubFolder folder = new();

    public void Dispose()
    {
        server.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_model_lies_in_the_cache_as_huggingface_hub_would_have_put_it_there()
    {
        var model = server.AddModel("Org/Model-1.5B");
        var plan = await folder.FetchAsync(server, model);

        string[] wanted = ["config.json", "merges.txt", "model.safetensors", "tokenizer.json", "tokenizer_config.json"];
        Assert.Equal(wanted, plan.Files.Select(file => file.File.Path));
        Assert.Equal(wanted.Sum(path => (long)model.Files[path].Length), plan.Missing);
        Assert.All(wanted, path => Assert.Equal(model.Files[path], folder.Read(model, path)));
        Assert.Equal(model.Commit, File.ReadAllText(folder.InCache(model, "refs", "main")));
        Assert.Equal(
            wanted.Select(path => model.File(path).Hash).Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(folder.InCache(model, "blobs")).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.Equal("models--Org--Model-1.5B", Path.GetFileName(folder.InCache(model)));
        Assert.True(File.Exists(Path.Combine(folder.Cache, ".locks", "models--Org--Model-1.5B", $"{model.File("config.json").Hash}.lock")));
        Assert.StartsWith("Signature: 8a477f597d28d172789f06886806bc55", File.ReadAllText(Path.Combine(folder.Cache, "CACHEDIR.TAG")));
        if (!OperatingSystem.IsWindows())
        {
            string link = folder.InCache(model, "snapshots", model.Commit, "model.safetensors");
            Assert.Equal($"../../blobs/{model.File("model.safetensors").Hash}", new FileInfo(link).LinkTarget);
        }
    }

    [Fact]
    public async Task A_file_in_folders_is_linked_from_as_deep()
    {
        var data = server
            .Add(HubKind.Dataset, "org/rows", new string('b', 40))
            .With("main/deep/train.jsonl", "{}\n")
            .With("script.py", "x");
        await folder.FetchAsync(server, data);
        Assert.Equal("{}\n"u8, folder.Read(data, "main/deep/train.jsonl"));
        Assert.False(File.Exists(folder.InCache(data, "snapshots", data.Commit, "script.py")));
        Assert.Equal("datasets--org--rows", Path.GetFileName(folder.InCache(data)));
        if (!OperatingSystem.IsWindows())
        {
            string link = folder.InCache(data, "snapshots", data.Commit, "main", "deep", "train.jsonl");
            Assert.Equal($"../../../../blobs/{data.File("main/deep/train.jsonl").Hash}", new FileInfo(link).LinkTarget);
        }
    }

    [Fact]
    public async Task What_is_there_is_not_asked_for_again()
    {
        var model = server.AddModel("org/again");
        await folder.FetchAsync(server, model);
        int numAsked = server.FileRequests.Count();
        var second = await folder.FetchAsync(server, model);
        Assert.Equal((5, numAsked, 0L), (numAsked, server.FileRequests.Count(), second.Missing));

        // A new commit with one changed file brings that file alone.
        string before = model.Commit;
        model.Commit = new string('e', 40);
        model.With("config.json", """{"model_type": "qwen3"}""");
        var third = await folder.FetchAsync(server, model);
        Assert.Equal(model.Files["config.json"].Length, third.Missing);
        Assert.Equal(numAsked + 1, server.FileRequests.Count());
        Assert.Equal(model.Commit, File.ReadAllText(folder.InCache(model, "refs", "main")));
        Assert.True(File.Exists(folder.InCache(model, "snapshots", before, "config.json")));
    }

    [Fact]
    public async Task What_Python_fetched_is_not_fetched_again()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // As hf_hub_download leaves it: a blob by its hash, a link relative to the snapshot, no line break in the reference.
        var model = server.AddModel("org/python");
        foreach (string path in new[] { "config.json", "model.safetensors", "README.md" })
        {
            string blob = folder.InCache(model, "blobs", model.File(path).Hash);
            string link = folder.InCache(model, "snapshots", model.Commit, path);
            Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
            Directory.CreateDirectory(Path.GetDirectoryName(link)!);
            File.WriteAllBytes(blob, model.Files[path]);
            File.CreateSymbolicLink(link, $"../../blobs/{model.File(path).Hash}");
        }

        Directory.CreateDirectory(folder.InCache(model, "refs"));
        File.WriteAllText(folder.InCache(model, "refs", "main"), model.Commit);
        await folder.FetchAsync(server, model);
        Assert.Equal(
            ["merges.txt", "tokenizer.json", "tokenizer_config.json"],
            server.FileRequests.Select(request => Path.GetFileName(request.Target)).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_link_that_leads_nowhere_and_a_blob_that_is_too_short_are_mended()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var model = server.AddModel("org/mended");
        await folder.FetchAsync(server, model);
        File.Delete(folder.InCache(model, "blobs", model.File("config.json").Hash));
        string weights = folder.InCache(model, "blobs", model.File("model.safetensors").Hash);
        File.WriteAllBytes(weights, model.Files["model.safetensors"][..1000]);
        await folder.FetchAsync(server, model);
        Assert.Equal(model.Files["config.json"], folder.Read(model, "config.json"));
        Assert.Equal(model.Files["model.safetensors"], folder.Read(model, "model.safetensors"));
    }

    [Fact]
    public async Task Without_links_the_files_themselves_lie_in_the_snapshot_and_stay()
    {
        var model = server.AddModel("org/unlinked");
        var environment = server.Environment(folder.Cache) with { UsesLinks = false };
        await HubFolder.FetchAsync(environment, model.Name);
        Assert.Null(new FileInfo(folder.InCache(model, "snapshots", model.Commit, "model.safetensors")).LinkTarget);
        Assert.Equal(model.Files["model.safetensors"], folder.Read(model, "model.safetensors"));
        Assert.Empty(Directory.EnumerateFiles(folder.InCache(model, "blobs")));
        int numAsked = server.FileRequests.Count();
        await HubFolder.FetchAsync(environment, model.Name);
        Assert.Equal(numAsked, server.FileRequests.Count());
    }

    [Fact]
    public async Task Two_that_fetch_at_a_time_fetch_each_file_once()
    {
        var model = server.AddModel("org/twice");
        server.Pace = 20_000;
        await Task.WhenAll(folder.FetchAsync(server, model), folder.FetchAsync(server, model));
        Assert.Equal(5, server.FileRequests.Select(request => request.Target).Distinct().Count());
        Assert.Equal(5, server.FileRequests.Count());
        Assert.Equal(model.Files["model.safetensors"], folder.Read(model, "model.safetensors"));
    }

    [Fact]
    public async Task Shards_come_with_their_index_and_a_whole_file_makes_them_needless()
    {
        var shards = server
            .Add(HubKind.Model, "org/shards", new string('c', 40))
            .With("config.json", "{}")
            .With("model.safetensors.index.json", "{}")
            .With("model-00001-of-00002.safetensors", 5000)
            .With("model-00002-of-00002.safetensors", 6000)
            .With("consolidated.safetensors", 7000);
        var plan = await folder.FetchAsync(server, shards);
        Assert.Equal(4, plan.Files.Count);
        shards.With("model.safetensors", 8000);
        var whole = await folder.FetchAsync(server, shards);
        Assert.Equal(["config.json", "model.safetensors"], whole.Files.Select(file => file.File.Path));
    }

    [Fact]
    public async Task The_requests_are_those_of_huggingface_hub()
    {
        var model = server.AddModel("org/requests");
        await folder.FetchAsync(server, model);
        string[] asked = [.. server.Hub.Requests.Select(request => request.Target)];
        Assert.Equal("/api/models/org/requests/revision/main", asked[0]);
        Assert.Equal($"/api/models/org/requests/tree/{model.Commit}?recursive=true", asked[1]);
        Assert.Contains($"/api/models/org/requests/tree/{model.Commit}?recursive=true&cursor=3", asked);
        Assert.Contains($"/org/requests/resolve/{model.Commit}/model.safetensors", asked);
        Assert.All(server.Requests, request => Assert.Equal("identity", request.Headers["Accept-Encoding"]));
        Assert.All(server.Requests, request => Assert.StartsWith("Cppo.Pipeline/", request.Headers["User-Agent"]));
    }
}
