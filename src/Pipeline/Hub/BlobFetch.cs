using Cppo.Model.Files;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Hub;

/// <summary>
/// Fetches the bytes of a file into the cache: goes on where an earlier process stopped, checks them by their hash, and gives them their
/// name when they are whole. One process fetches a file at a time.
/// </summary>
internal sealed class BlobFetch(HubHttp http, HubCache cache, HubEnvironment environment)
{
    /// <summary>Attempts in a row that bring no byte.</summary>
    private const int MostAttempts = 5;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);

    /// <summary>Returns when the file is there, whole and under its name.</summary>
    /// <param name="name">The repository.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="file">The file.</param>
    /// <param name="progress">Takes bytes and waits.</param>
    /// <param name="stop">Ends it; what is there stays.</param>
    /// <exception cref="HubException">The hub does not give it.</exception>
    /// <exception cref="IOException">The cache cannot be written.</exception>
    public async Task FetchAsync(HubName name, string commit, HubFile file, FileProgress progress, CancellationToken stop)
    {
        string blob = cache.Blob(name, file);
        DurableFiles.CreateDirectory(Path.GetDirectoryName(blob)!);
        using var held = await HoldAsync(cache.Lock(name, file), progress, stop);

        // Another process may have fetched it meanwhile.
        bool isNew = !cache.IsThere(name, commit, file);
        if (isNew)
        {
            await FetchBlobAsync(blob, name, commit, file, progress, stop);
        }

        progress.Set(file.Size);
        SnapshotFiles.Place(cache, name, commit, file, environment.UsesLinks, isNew);
    }

    private async Task FetchBlobAsync(string blob, HubName name, string commit, HubFile file, FileProgress progress, CancellationToken stop)
    {
        string path = blob + HubCache.Ending;
        bool isWhole = false;
        try
        {
            using var part = new BlobPart(path, file);
            await FillAsync(part, name, commit, file, progress, stop);
            if (part.Digest() != file.Hash && part.IsContinued)
            {
                // What an earlier process left was not the beginning of this file.
                progress.Say($"{file.Path}: the part from before is damaged; it is fetched anew");
                part.Restart();
                await FillAsync(part, name, commit, file, progress, stop);
            }

            isWhole = part.Digest() == file.Hash;
            if (isWhole)
            {
                part.Flush();
            }
            else
            {
                throw new HubException(
                    $"{file.Path} of {name} came with other bytes than its hash says ({part.Digest()} instead of {file.Hash}); nothing of "
                        + "it was kept."
                );
            }
        }
        catch (HubException) when (!isWhole && IsFull(path, file))
        {
            DurableFiles.Delete(path);
            throw;
        }

        DurableFiles.Move(path, blob);
        DurableFiles.FlushDirectory(Path.GetDirectoryName(blob)!);
    }

    private static bool IsFull(string path, HubFile file) => new FileInfo(path) is { Exists: true } part && part.Length == file.Size;

    private static async Task<HeldFile> HoldAsync(string path, FileProgress progress, CancellationToken stop)
    {
        DurableFiles.CreateDirectory(Path.GetDirectoryName(path)!);
        for (bool isSaid = false; ; isSaid = true)
        {
            try
            {
                return HeldFile.Take(path);
            }
            catch (IOException error) when (FileFault.IsInUse(error))
            {
                if (!isSaid)
                {
                    progress.Say($"{progress.File.Path}: another process fetches it; waiting");
                }

                await Task.Delay(BetweenLooks, stop);
            }
        }
    }

    private async Task FillAsync(BlobPart part, HubName name, string commit, HubFile file, FileProgress progress, CancellationToken stop)
    {
        progress.Set(part.Length);
        for (int failures = 0; part.Length < file.Size; )
        {
            long before = part.Length;
            try
            {
                await AppendAsync(part, name, commit, file, progress, stop);
            }
            catch (HubException fault) when (fault.MayPass)
            {
                failures = part.Length > before ? 1 : failures + 1;
                if (failures == MostAttempts)
                {
                    throw new HubException(
                        $"{file.Path} of {name}: {fault.Message} {MostAttempts} attempts brought nothing; what is there stays, and the "
                            + "same command goes on from it."
                    );
                }

                progress.Say($"{file.Path}: {fault.Message} Trying again.");
                await Task.Delay(HubPause.After(failures, fault, environment), stop);
            }
        }
    }

    /// <summary>One request, and as many of its bytes as the file still lacks.</summary>
    private async Task AppendAsync(BlobPart part, HubName name, string commit, HubFile file, FileProgress progress, CancellationToken stop)
    {
        var address = new Uri($"{environment.Endpoint}/{name.Route}/resolve/{commit}/{HubPath.Escaped(file.Path)}");
        using var answer = await http.GetAsync(address, part.Length, stop);
        if ((int)answer.Response.StatusCode == 416)
        {
            part.Restart();
            progress.Set(0);
            throw new HubException("the server has no such range.", mayPass: true);
        }

        HubStatus.RequireSuccess(answer.Response, name, environment);
        answer.Require(name, commit, file);
        RequireRange(answer.Response, part, file, name);
        progress.Set(part.Length);
        await using var body = await http.WithinAsync(address, answer.Response.Content.ReadAsStreamAsync, stop);
        byte[] buffer = new byte[1 << 18];
        while (part.Length < file.Size)
        {
            var room = buffer.AsMemory(0, (int)Math.Min(buffer.Length, file.Size - part.Length));
            int read = await http.WithinAsync(address, cancel => body.ReadAsync(room, cancel).AsTask(), stop);
            if (read == 0)
            {
                throw new HubException($"the answer ended after {part.Length} of {file.Size} bytes.", mayPass: true);
            }

            part.Add(room.Span[..read]);
            progress.Set(part.Length);
        }
    }

    /// <summary>A server that gives the whole file where a range was asked for is taken at its word.</summary>
    private static void RequireRange(HttpResponseMessage response, BlobPart part, HubFile file, HubName name)
    {
        var headers = response.Content.Headers;
        bool isPart = (int)response.StatusCode == 206;
        if (!isPart && part.Length > 0)
        {
            part.Restart();
        }

        bool isRight = isPart
            ? headers.ContentRange is { } range
                && range.From == part.Length
                && (range.Length is null || range.Length == file.Size)
                && (range.To is null || range.To < file.Size)
            : headers.ContentLength is null || headers.ContentLength == file.Size;
        if (!isRight)
        {
            string said = isPart ? TerminalText.Line($"{headers.ContentRange}") : $"{headers.ContentLength} bytes";
            throw new HubException($"{file.Path} of {name}: the server gives {said}, where the file has {file.Size} bytes.");
        }
    }
}
