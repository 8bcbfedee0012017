using System.Text;
using Cppo.Model.Files;

namespace Cppo.Pipeline.Hub;

/// <summary>
/// The cache that Hugging Face's own library shares among programs: for each repository <c>blobs</c>, named by their hash, <c>refs</c> with
/// the commit of each branch and tag, and <c>snapshots</c>, a directory a commit with links to blobs under the files' names.
/// </summary>
internal sealed class HubCache(string directory)
{
    private const int CommitDigits = 40;
    private const string Mark =
        "Signature: 8a477f597d28d172789f06886806bc55\n# Models and datasets of the Hugging Face hub, which can be fetched again.\n";

    /// <summary>What a blob is called while it is fetched, after its own name.</summary>
    public const string Ending = ".incomplete";

    /// <summary>The cache's directory.</summary>
    public string Directory { get; } = directory;

    /// <summary>The cache of this process's environment.</summary>
    public static HubCache OfProcess() => new(HubEnvironment.CacheOfProcess());

    /// <summary>Where the bytes of a file lie.</summary>
    public string Blob(HubName name, HubFile file) => Path.Combine(Directory, name.Folder, "blobs", file.Hash);

    /// <summary>Held by who fetches the file, whichever program that is.</summary>
    public string Lock(HubName name, HubFile file) => Path.Combine(Directory, ".locks", name.Folder, $"{file.Hash}.lock");

    /// <summary>The directory with the files of a commit.</summary>
    public string Snapshot(HubName name, string commit) => Path.Combine(Directory, name.Folder, "snapshots", commit);

    /// <summary>The commit that a name means in this cache; null where its branch or tag is not known here.</summary>
    public string? CommitOf(HubName name)
    {
        if (name.IsPinned)
        {
            return name.Revision;
        }

        string reference = Reference(name);
        try
        {
            byte[] utf8 = InputFile.ReadBytes(reference, CommitDigits + 2);
            string commit = Encoding.ASCII.GetString(utf8).Trim();
            return HubName.IsCommit(commit) ? commit : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The directory of what a name means in this cache, whole or not; null where there is none.</summary>
    public string? Find(HubName name) =>
        CommitOf(name) is { } commit && System.IO.Directory.Exists(Snapshot(name, commit)) ? Snapshot(name, commit) : null;

    /// <summary>Records which commit the name's branch or tag is; nothing for a commit.</summary>
    public void WriteReference(HubName name, string commit)
    {
        if (!name.IsPinned && CommitOf(name) != commit)
        {
            Put(Reference(name), commit);
        }
    }

    /// <summary>Makes the cache's directory, with the mark by which programs that copy disks pass over it.</summary>
    public void Make()
    {
        DurableFiles.CreateDirectory(Directory);
        string mark = Path.Combine(Directory, "CACHEDIR.TAG");
        if (!File.Exists(mark))
        {
            Put(mark, Mark);
        }
    }

    /// <summary>Writes a small file, which several processes may do at a time: each under a name of its own first.</summary>
    private static void Put(string path, string text)
    {
        string folder = DurableFiles.CreateDirectory(Path.GetDirectoryName(path)!);
        string written = $"{path}.{Guid.NewGuid():N}{AtomicFile.Ending}";
        using (var stream = DurableFiles.Create(written))
        {
            stream.Write(Encoding.ASCII.GetBytes(text));
            DurableFiles.Flush(stream);
        }

        DurableFiles.Move(written, path);
        DurableFiles.FlushDirectory(folder);
    }

    /// <summary>Whether a file is there, through its links, with all its bytes.</summary>
    public static bool IsWhole(string path, long size)
    {
        var info = new FileInfo(path);
        var file = info.LinkTarget is null ? info : info.ResolveLinkTarget(returnFinalTarget: true) as FileInfo;
        return file is { Exists: true, LinkTarget: null } && file.Length == size;
    }

    /// <summary>Whether all bytes of a file are there, under its name or as a blob.</summary>
    public bool IsThere(HubName name, string commit, HubFile file) =>
        IsWhole(HubPath.Below(Snapshot(name, commit), file.Path), file.Size) || IsWhole(Blob(name, file), file.Size);

    /// <summary>Bytes of a file that are there: all of them, those of a part that was fetched, or none.</summary>
    public long Present(HubName name, string commit, HubFile file)
    {
        if (IsThere(name, commit, file))
        {
            return file.Size;
        }

        var part = new FileInfo(Blob(name, file) + Ending);

        // A part of all bytes is not yet known to be the file.
        return part is { Exists: true, LinkTarget: null } && part.Length < file.Size ? part.Length : 0;
    }

    private string Reference(HubName name) => HubPath.Below(Path.Combine(Directory, name.Folder, "refs"), name.Revision ?? HubName.Main);
}
