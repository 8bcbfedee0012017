using Cppo.Pipeline.Hub;

namespace Cppo.Pipeline.Tests.Hub;

/// <summary>Answers that are cut, slow, or wrong in length, hash or headers: the bytes are right in the end, or there are none.</summary>
public sealed class HubLiesTests : IDisposable
{
    private const string Weights = "model.safetensors";

    private readonly HubServer server = new();
    private readonly HubFolder folder = new();
    private readonly HubRepository model;

    public HubLiesTests() => model = server.AddModel("org/lies", 200_000);

    public void Dispose()
    {
        server.Dispose();
        folder.Dispose();
    }

    private string Blob => folder.InCache(model, "blobs", model.File(Weights).Hash);

    [Fact]
    public async Task An_answer_that_breaks_off_is_gone_on_from()
    {
        server.Script = (request, proper) => IsOfWeights(request) && request.From < 150_000 ? proper with { CutAfter = 40_000 } : null;
        await folder.FetchAsync(server, model);
        Assert.Equal(model.Files[Weights], folder.Read(model, Weights));
        Assert.Equal([0, 40_000, 80_000, 120_000, 160_000], server.Blobs.Requests.Where(IsOfWeights).Select(request => request.From));
        Assert.Equal(200_000, server.Blobs.Served[$"/{model.File(Weights).Hash}"]);
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_asked_again()
    {
        int asked = 0;
        server.Script = (request, proper) =>
            IsOfWeights(request) && Interlocked.Increment(ref asked) == 1 ? proper with { Hangs = true } : null;
        var environment = server.Environment(folder.Cache) with { Patience = TimeSpan.FromMilliseconds(500) };
        await HubFolder.FetchAsync(environment, model.Name);
        Assert.Equal(model.Files[Weights], folder.Read(model, Weights));
    }

    [Fact]
    public async Task A_server_that_stays_broken_is_given_up_and_what_is_there_stays()
    {
        server.Script = (request, proper) =>
            IsOfWeights(request) ? (request.From == 0 ? proper with { CutAfter = 70_000 } : HubReply.Empty(503)) : null;
        var fault = await Assert.ThrowsAsync<HubException>(() => folder.FetchAsync(server, model));
        Assert.Contains("503", fault.Message, StringComparison.Ordinal);
        Assert.Contains("goes on from it", fault.Message, StringComparison.Ordinal);
        Assert.Equal(70_000, new FileInfo(Blob + ".incomplete").Length);
        Assert.False(File.Exists(folder.InCache(model, "refs", "main")), "A branch means what is whole.");
        server.Script = null;
        await folder.FetchAsync(server, model);
        Assert.Equal(model.Files[Weights], folder.Read(model, Weights));
        Assert.Equal(200_000, server.Blobs.Served[$"/{model.File(Weights).Hash}"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bytes_of_another_hash_are_not_kept(bool isLarge)
    {
        string path = isLarge ? Weights : "merges.txt";
        byte[] other = [.. model.Files[path]];
        other[^1] ^= 1;
        server.Script = (request, proper) =>
            proper.Status == 200 && proper.Body.SequenceEqual(model.Files[path]) ? proper with { Body = other } : null;
        var fault = await Assert.ThrowsAsync<HubException>(() => folder.FetchAsync(server, model));
        Assert.Contains($"{path} of org/lies came with other bytes than its hash says", fault.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.InCache(model, "snapshots", model.Commit, path)));
        Assert.DoesNotContain(
            Directory.EnumerateFiles(folder.InCache(model, "blobs")),
            file => Path.GetFileName(file).StartsWith(model.File(path).Hash, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_part_from_before_that_is_no_beginning_of_the_file_is_fetched_anew()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Blob)!);
        File.WriteAllBytes(Blob + ".incomplete", new byte[50_000]);
        await folder.FetchAsync(server, model);
        Assert.Equal(model.Files[Weights], folder.Read(model, Weights));
        Assert.Equal([50_000, 0], server.Blobs.Requests.Where(IsOfWeights).Select(request => request.From));
    }

    [Fact]
    public async Task A_part_that_is_longer_than_the_file_is_fetched_anew()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Blob)!);
        File.WriteAllBytes(Blob + ".incomplete", new byte[200_001]);
        await folder.FetchAsync(server, model);
        Assert.Equal(model.Files[Weights], folder.Read(model, Weights));
    }

    [Fact]
    public async Task A_server_without_ranges_gives_the_whole_file()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Blob)!);
        File.WriteAllBytes(Blob + ".incomplete", model.Files[Weights][..50_000]);
        server.Script = (request, proper) => IsOfWeights(request) && request.From > 0 ? new HubReply(200, model.Files[Weights]) : null;
        await folder.FetchAsync(server, model);
        Assert.Equal(model.Files[Weights], folder.Read(model, Weights));
    }

    [Fact]
    public async Task A_range_that_the_server_does_not_have_begins_anew()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Blob)!);
        File.WriteAllBytes(Blob + ".incomplete", model.Files[Weights][..50_000]);
        server.Script = (request, _) => IsOfWeights(request) && request.From > 0 ? HubReply.Empty(416) : null;
        await folder.FetchAsync(server, model);
        Assert.Equal(model.Files[Weights], folder.Read(model, Weights));
    }

    [Fact]
    public async Task An_answer_that_is_longer_than_was_announced_is_cut_off()
    {
        byte[] longer = [.. model.Files[Weights], .. new byte[40_000_000]];
        server.Script = (request, _) => IsOfWeights(request) ? new HubReply(200, longer) { IsChunked = true, Pace = 100_000 } : null;
        await folder.FetchAsync(server, model);
        Assert.Equal(model.Files[Weights], folder.Read(model, Weights));
        Assert.True(server.Blobs.Served[$"/{model.File(Weights).Hash}"] < longer.Length, "The rest was read.");
    }

    [Theory]
    [InlineData("X-Linked-Size", "300000", "300000 bytes instead of 200000")]
    [InlineData("X-Linked-Etag", "\"abc\"", "a file known by abc instead of")]
    [InlineData("X-Repo-Commit", "fedcba9876543210fedcba9876543210fedcba98", "commit fedcba9876543210fedcba9876543210fedcba98 instead of")]
    public async Task What_the_hub_says_of_another_file_than_it_listed_is_refused(string header, string value, string expected)
    {
        server.Script = (request, proper) =>
            request.Target.EndsWith($"resolve/{model.Commit}/{Weights}", StringComparison.Ordinal) ? proper.With(header, value) : null;
        var fault = await Assert.ThrowsAsync<HubException>(() => folder.FetchAsync(server, model));
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Blob) || File.Exists(Blob + ".incomplete") && new FileInfo(Blob + ".incomplete").Length > 0);
    }

    [Theory]
    [InlineData("Content-Encoding", "gzip", "compressed bytes")]
    [InlineData("Content-Range", "bytes 0-9/10", "the server gives")]
    public async Task An_answer_that_cannot_be_the_file_is_refused(string header, string value, string expected)
    {
        server.Script = (request, proper) =>
            !IsOfWeights(request) ? null
            : header == "Content-Range" ? (proper with { Status = 206 }).With(header, value)
            : proper.With(header, value);
        var fault = await Assert.ThrowsAsync<HubException>(() => folder.FetchAsync(server, model));
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_length_is_refused()
    {
        server.Script = (request, proper) =>
            IsOfWeights(request) ? proper with { Announced = 199_999, Body = model.Files[Weights][..199_999] } : null;
        var fault = await Assert.ThrowsAsync<HubException>(() => folder.FetchAsync(server, model));
        Assert.Contains("the server gives 199999 bytes, where the file has 200000 bytes", fault.Message, StringComparison.Ordinal);
    }

    private bool IsOfWeights(HubRequest request) =>
        request.Server == "blobs" && request.Target.StartsWith($"/{model.File(Weights).Hash}", StringComparison.Ordinal);
}
