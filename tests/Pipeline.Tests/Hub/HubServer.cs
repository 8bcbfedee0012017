using System.Globalization;
using System.Text.Json.Nodes;
using Cppo.Pipeline.Hub;

namespace Cppo.Pipeline.Tests.Hub;

/// <summary>
/// The paths of the Hugging Face hub that fetching takes, on this machine: revisions, listings in pages, small files after a redirect
/// within the hub, and large ones after a redirect to another server. <see cref="Script"/> answers otherwise.
/// </summary>
internal sealed class HubServer : IDisposable
{
    private readonly Dictionary<string, HubRepository> repositories = [];
    private readonly Dictionary<string, byte[]> blobs = [];

    public HubServer()
    {
        Hub = new RawServer("hub", request => Script?.Invoke(request, Answer(request)) ?? Answer(request));
        Blobs = new RawServer("blobs", request => Script?.Invoke(request, Blob(request)) ?? Blob(request));
    }

    /// <summary>The hub.</summary>
    public RawServer Hub { get; }

    /// <summary>What holds its large files.</summary>
    public RawServer Blobs { get; }

    /// <summary>Takes a request and its proper answer, and gives another one; null: the proper one.</summary>
    public Func<HubRequest, HubReply, HubReply?>? Script { get; set; }

    /// <summary>Files a page of a listing.</summary>
    public int PageSize { get; set; } = 3;

    /// <summary>Bytes a write of a large file; 0: all at once.</summary>
    public int Pace { get; set; }

    /// <summary>Who has another token is told that there is no such repository; null: nobody is asked.</summary>
    public string? Token { get; set; }

    public IEnumerable<HubRequest> Requests => Hub.Requests.Concat(Blobs.Requests);

    /// <summary>Requests for bytes of files.</summary>
    public IEnumerable<HubRequest> FileRequests =>
        Requests.Where(request => request.Target.Contains("/resolve/", StringComparison.Ordinal));

    public HubRepository Add(HubKind kind, string id, string commit)
    {
        var repository = new HubRepository(kind, id, commit);
        repositories[repository.Name.Route] = repository;
        return repository;
    }

    /// <summary>A model of some small files and a large one.</summary>
    public HubRepository AddModel(string id, int weightBytes = 300_000) =>
        Add(HubKind.Model, id, "0123456789abcdef0123456789abcdef01234567")
            .With("config.json", """{"model_type": "qwen2"}""")
            .With("tokenizer.json", 20_000)
            .With("tokenizer_config.json", "{}")
            .With("merges.txt", "#version: 0.2\n")
            .With("README.md", "A model.")
            .With("original/params.json", "{}")
            .With("pytorch_model.bin", 10_000)
            .With("model.safetensors", weightBytes);

    public HubEnvironment Environment(string cache) =>
        new()
        {
            CacheDirectory = cache,
            Endpoint = Hub.Url,
            Token = Token,
            Patience = TimeSpan.FromSeconds(10),
            FirstPause = TimeSpan.FromMilliseconds(10),
        };

    public void Dispose()
    {
        Hub.Dispose();
        Blobs.Dispose();
    }

    private HubReply Answer(HubRequest request)
    {
        string[] target = request.Target.Split('?', 2);
        string path = Uri.UnescapeDataString(target[0].TrimStart('/'));
        bool isApi = path.StartsWith("api/", StringComparison.Ordinal);
        string route = isApi ? path["api/".Length..].Replace("models/", "", StringComparison.Ordinal) : path;
        if (route.StartsWith("resolve-cache/", StringComparison.Ordinal))
        {
            route = route["resolve-cache/".Length..];
        }

        var repository = repositories.FirstOrDefault(known => route.StartsWith(known.Key + "/", StringComparison.Ordinal)).Value;
        if (repository is null || (Token is not null && request.Token != $"Bearer {Token}"))
        {
            return HubReply.Empty(401, ("X-Error-Code", "RepoNotFound"), ("X-Error-Message", "Repository not found"));
        }

        string[] words = route[(repository.Name.Route.Length + 1)..].Split('/', 3);
        return words[0] switch
        {
            "revision" when words[1] is "main" || words[1] == repository.Commit => HubReply.Json(
                new JsonObject { ["id"] = repository.Id, ["sha"] = repository.Commit }.ToJsonString()
            ),
            "revision" => HubReply.Empty(404, ("X-Error-Code", "RevisionNotFound")),
            "tree" when words[1] == repository.Commit => Page(repository, target),
            "resolve" when words[1] == repository.Commit && repository.Files.ContainsKey(words[2]) => Resolve(repository, words[2]),
            var commit when commit == repository.Commit => Small(repository, string.Join('/', words[1..]), request),
            _ => HubReply.Empty(404, ("X-Error-Code", "EntryNotFound")),
        };
    }

    private HubReply Page(HubRepository repository, string[] target)
    {
        var entries = repository.Entries();
        int cursor = target[1].Split("cursor=") is [_, var stated] ? int.Parse(stated, CultureInfo.InvariantCulture) : 0;
        var page = HubReply.Json(new JsonArray([.. entries.Skip(cursor).Take(PageSize)]).ToJsonString());
        return cursor + PageSize < entries.Length
            ? page.With("Link", $"<{Hub.Url}{target[0]}?recursive=true&cursor={cursor + PageSize}>; rel=\"next\"")
            : page;
    }

    private HubReply Resolve(HubRepository repository, string path)
    {
        var (bytes, file) = (repository.Files[path], repository.File(path));
        var commit = ("X-Repo-Commit", repository.Commit);
        if (bytes.Length < HubRepository.LargeFrom)
        {
            string kind = repository.Kind == HubKind.Model ? "models/" : "";
            string cached = $"/api/resolve-cache/{kind}{repository.Name.Route}/{repository.Commit}/{HubPath.Escaped(path)}";
            return HubReply.Empty(307, ("Location", cached), commit);
        }

        string hash = HubRepository.HashOf(bytes);
        lock (blobs)
        {
            blobs[hash] = bytes;
        }

        return HubReply.Empty(
            302,
            ("Location", $"{Blobs.Url}/{hash}?signature=secret"),
            ("X-Linked-Etag", $"\"{file.Hash}\""),
            ("X-Linked-Size", file.Size.ToString(CultureInfo.InvariantCulture)),
            commit
        );
    }

    private static HubReply Small(HubRepository repository, string path, HubRequest request) =>
        Range(repository.Files[path], request).With("ETag", $"\"{repository.File(path).Hash}\"").With("X-Repo-Commit", repository.Commit);

    private HubReply Blob(HubRequest request)
    {
        lock (blobs)
        {
            return blobs.TryGetValue(request.Target.Split('?')[0][1..], out byte[]? bytes)
                ? Range(bytes, request).With("ETag", "\"of-the-storage\"") with
                {
                    Pace = Pace,
                }
                : HubReply.Empty(404);
        }
    }

    private static HubReply Range(byte[] bytes, HubRequest request) =>
        request.From == 0 ? new HubReply(200, bytes)
        : request.From >= bytes.Length ? HubReply.Empty(416, ("Content-Range", $"bytes */{bytes.Length}"))
        : new HubReply(206, bytes[(int)request.From..], ("Content-Range", $"bytes {request.From}-{bytes.Length - 1}/{bytes.Length}"));
}
