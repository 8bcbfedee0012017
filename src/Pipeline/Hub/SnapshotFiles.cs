using Cppo.Model.Files;

namespace Cppo.Pipeline.Hub;

/// <summary>Puts the files of a commit under their names.</summary>
internal static class SnapshotFiles
{
    /// <summary>
    /// Links a name to its blob, relative to where it lies. Where the system has no links the name gets the blob's bytes: a new blob is
    /// moved there, one that another name may use is copied.
    /// </summary>
    /// <param name="cache">The cache.</param>
    /// <param name="name">The repository.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="file">The file, whose blob is whole.</param>
    /// <param name="usesLinks">Whether links are wanted.</param>
    /// <param name="isNew">Whether the blob was just fetched.</param>
    public static void Place(HubCache cache, HubName name, string commit, HubFile file, bool usesLinks, bool isNew)
    {
        string pointer = HubPath.Below(cache.Snapshot(name, commit), file.Path);
        if (HubCache.IsWhole(pointer, file.Size))
        {
            return;
        }

        string blob = cache.Blob(name, file);
        string folder = DurableFiles.CreateDirectory(Path.GetDirectoryName(pointer)!);
        Remove(pointer);
        if (!usesLinks || !Link(pointer, Path.GetRelativePath(folder, blob), file.Size))
        {
            Fill(pointer, blob, isNew);
        }

        DurableFiles.FlushDirectory(folder);
    }

    /// <summary>A link that leads nowhere, or a file that is not whole.</summary>
    private static void Remove(string pointer)
    {
        if (new FileInfo(pointer) is { LinkTarget: not null } or { Exists: true })
        {
            File.Delete(pointer);
        }
    }

    private static bool Link(string pointer, string target, long size)
    {
        try
        {
            File.CreateSymbolicLink(pointer, target);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Another process made it a moment ago, or this system or account has no links.
            return HubCache.IsWhole(pointer, size);
        }
    }

    private static void Fill(string pointer, string blob, bool isNew)
    {
        if (isNew)
        {
            DurableFiles.Move(blob, pointer);
            return;
        }

        using var from = new FileStream(blob, FileMode.Open, FileAccess.Read, FileShare.Read);
        AtomicFile.Write(pointer, from.CopyTo);
    }
}
