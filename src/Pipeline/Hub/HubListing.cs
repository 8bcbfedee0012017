using System.Text.Json;
using System.Text.RegularExpressions;
using Cppo.Model.Files;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Hub;

/// <summary>Asks the hub which commit a revision is, and which files it has.</summary>
internal sealed partial class HubListing(HubHttp http, HubEnvironment environment)
{
    /// <summary>More than any answer of the hub has; a page lists a thousand files.</summary>
    private const int MostPageBytes = 8 << 20;

    private const int MostFiles = 100_000;
    private const long MostFileBytes = 1L << 50;
    private const int MostAttempts = 5;

    /// <summary>The commit that the name's revision is now.</summary>
    /// <exception cref="UsageException">There is no such repository or revision.</exception>
    /// <exception cref="HubException">The hub does not answer as it should.</exception>
    public async Task<string> CommitAsync(HubName name, CancellationToken stop)
    {
        var address = Address($"{name.Api}/revision/{Uri.EscapeDataString(name.Revision ?? HubName.Main)}");
        var (utf8, _) = await PageAsync(address, name, stop);
        string? commit = Read(utf8, address, root => root.GetProperty("sha").GetString());
        return commit is not null && HubName.IsCommit(commit)
            ? commit
            : throw new HubException($"{name}: the hub's answer names no commit.");
    }

    /// <summary>All files of a commit.</summary>
    /// <exception cref="HubException">The listing is malformed, too large, or has a name that leads out of a directory.</exception>
    public async Task<IReadOnlyList<HubFile>> FilesAsync(HubName name, string commit, CancellationToken stop)
    {
        var files = new Dictionary<string, HubFile>(StringComparer.Ordinal);
        var next = Address($"{name.Api}/tree/{commit}?recursive=true");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (next is { } address)
        {
            if (!seen.Add(address.AbsoluteUri))
            {
                throw new HubException($"{name}: the hub's listing of files goes in a circle.");
            }

            (byte[] utf8, next) = await PageAsync(address, name, stop);
            foreach (var file in Read(utf8, address, FilesOf) ?? [])
            {
                if (HubPath.LeavesCache(file.Path))
                {
                    throw new HubException(
                        $"{name} lists a file named {TerminalText.Line(Excerpt.OfName(file.Path))}, which would lie outside of the cache; "
                            + "nothing of it is fetched."
                    );
                }

                if (!files.TryAdd(file.Path, file) || files.Count > MostFiles)
                {
                    throw new HubException(
                        files.Count > MostFiles
                            ? $"{name} lists more than {MostFiles} files, which no model or dataset for this program has."
                            : $"{name} lists {TerminalText.Line(Excerpt.OfName(file.Path))} twice."
                    );
                }
            }
        }

        return [.. files.Values];
    }

    private Uri Address(string path) => new($"{environment.Endpoint}/{path}");

    /// <summary>A page of JSON and the address of the next; transient faults are waited for.</summary>
    private async Task<(byte[] Utf8, Uri? Next)> PageAsync(Uri address, HubName name, CancellationToken stop)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await OnePageAsync(address, name, stop);
            }
            catch (HubException fault) when (fault.MayPass && attempt < MostAttempts)
            {
                await Task.Delay(HubPause.After(attempt, fault, environment), stop);
            }
        }
    }

    private async Task<(byte[] Utf8, Uri? Next)> OnePageAsync(Uri address, HubName name, CancellationToken stop)
    {
        using var answer = await http.GetAsync(address, 0, stop);
        HubStatus.RequireSuccess(answer.Response, name, environment);
        await using var body = await http.WithinAsync(address, answer.Response.Content.ReadAsStreamAsync, stop);
        using var page = new MemoryStream();
        byte[] buffer = new byte[1 << 16];
        int read;
        while ((read = await http.WithinAsync(address, cancel => body.ReadAsync(buffer, cancel).AsTask(), stop)) > 0)
        {
            page.Write(buffer, 0, read);
            if (page.Length > MostPageBytes)
            {
                throw new HubException($"{name}: the hub's listing has more than {MostPageBytes} bytes a page, and is not read further.");
            }
        }

        return (page.ToArray(), Next(address, answer.Response, name));
    }

    private Uri? Next(Uri address, HttpResponseMessage response, HubName name)
    {
        if (
            !response.Headers.TryGetValues("Link", out var links)
            || NextLink().Match(string.Join(", ", links)) is not { Success: true } link
        )
        {
            return null;
        }

        return Uri.TryCreate(address, link.Groups[1].Value, out var next) && http.IsEndpoint(next)
            ? next
            : throw new HubException($"{name}: the next page of the hub's listing would lie on another server, and is not asked for.");
    }

    private static T? Read<T>(byte[] utf8, Uri address, Func<JsonElement, T?> read)
    {
        try
        {
            using var json = JsonDocument.Parse(utf8);
            return read(json.RootElement);
        }
        catch (Exception error)
            when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or OverflowException)
        {
            string place = TerminalText.Line(address.GetLeftPart(UriPartial.Path));
            throw new HubException($"The answer of {place} is not the hub's: {FileFault.Malformed(error)}.");
        }
    }

    private static List<HubFile> FilesOf(JsonElement root)
    {
        var files = new List<HubFile>();
        foreach (var entry in root.EnumerateArray())
        {
            if (entry.GetProperty("type").GetString() == "file")
            {
                files.Add(FileOf(entry));
            }
        }

        return files;
    }

    private static HubFile FileOf(JsonElement entry)
    {
        bool isLarge = entry.TryGetProperty("lfs", out var lfs) && lfs.ValueKind == JsonValueKind.Object;
        var known = isLarge ? lfs : entry;
        string hash = known.GetProperty("oid").GetString() ?? "";
        long size = known.GetProperty("size").GetInt64();
        bool isHash = (isLarge ? Sha256() : Sha1()).IsMatch(hash);
        return isHash && size is >= 0 and <= MostFileBytes
            ? new HubFile(entry.GetProperty("path").GetString() ?? "", size, hash)
            : throw new FormatException("a hash or a size of a file is none");
    }

    [GeneratedRegex("""<([^>]+)>\s*;[^,]*rel="?next""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex NextLink();

    [GeneratedRegex(@"^[0-9a-f]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Sha256();

    [GeneratedRegex(@"^[0-9a-f]{40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Sha1();
}
