using Cppo.Model.Files;
using Cppo.Pipeline.Tests.Checkpoints;
using Microsoft.Win32.SafeHandles;

namespace Cppo.Pipeline.Tests.Run;

/// <summary>What a disk may hold of a directory that a process or the power left at some moment.</summary>
internal enum DiskLoss
{
    /// <summary>The process was killed: all that it wrote is there.</summary>
    None,

    /// <summary>The power was lost: of each directory and each file there is what its last flush had.</summary>
    Unflushed,

    /// <summary>As above, but for the names, of which all are there.</summary>
    UnflushedBytes,

    /// <summary>All names, and half of the bytes since each file's last flush.</summary>
    Torn,
}

/// <summary>
/// Follows the changes of files below a directory and keeps before each of them what a disk may then hold: a tree of names and contents
/// as visible, and as on disk for certain.
/// </summary>
internal sealed class DiskModel : IDisposable
{
    private readonly Lock gate = new();
    private readonly string root;
    private readonly Node top = new(isDirectory: true);
    private readonly ObservedChanges observed;

    public DiskModel(string root)
    {
        this.root = root;
        observed = new ObservedChanges(root, Before);
    }

    /// <summary>Different states, each with the first loss that gives it and how many changes had been made.</summary>
    public Dictionary<string, (DiskState State, DiskLoss Loss, int Changes)> States { get; } = [];

    public int Changes { get; private set; }

    /// <summary>The state now, as a process sees it.</summary>
    public DiskState Visible => Capture(DiskLoss.None);

    public void Dispose() => observed.Dispose();

    private void Before(FileChange change)
    {
        lock (gate)
        {
            ReadVisible(top, root);
            foreach (var loss in Enum.GetValues<DiskLoss>())
            {
                var state = Capture(loss);
                States.TryAdd(state.Key, (state, loss, Changes));
            }

            Apply(change);
            Changes++;
        }
    }

    private void Apply(FileChange change)
    {
        var (parent, name) = Find(change.Path);
        switch (change.Kind)
        {
            case FileChangeKind.CreateDirectory:
                parent.Names.Add(name, new Node(isDirectory: true));
                break;
            case FileChangeKind.Create:
                parent.Names.TryAdd(name, new Node(isDirectory: false));
                break;
            case FileChangeKind.Flush:
                parent.Names[name].DurableBytes = parent.Names[name].Bytes;
                break;
            case FileChangeKind.FlushDirectory:
                var flushed = name.Length == 0 ? top : parent.Names[name];
                flushed.DurableNames = new(flushed.Names, StringComparer.Ordinal);
                break;
            case FileChangeKind.Move:
                var (target, to) = Find(change.To!);
                target.Names[to] = parent.Names[name];
                parent.Names.Remove(name);
                break;
            case FileChangeKind.Delete:
                Assert.True(parent.Names.Remove(name), $"{change.Path} is not there.");
                break;
        }
    }

    /// <summary>The directory of a path and its name in it; top and an empty name for the root.</summary>
    private (Node Parent, string Name) Find(string path)
    {
        string relative = Path.GetRelativePath(root, Path.GetFullPath(path));
        if (relative == ".")
        {
            return (top, "");
        }

        string[] names = relative.Split(Path.DirectorySeparatorChar);
        return (names[..^1].Aggregate(top, (node, name) => node.Names[name]), names[^1]);
    }

    private static void ReadVisible(Node node, string path)
    {
        if (!node.IsDirectory)
        {
            // Equal bytes stay the same array, which many states share.
            if (Read(path) is { } bytes && !bytes.AsSpan().SequenceEqual(node.Bytes))
            {
                node.Bytes = bytes;
            }

            return;
        }

        foreach (var (name, child) in node.Names)
        {
            ReadVisible(child, Path.Combine(path, name));
        }
    }

    /// <summary>A file's bytes, though its writer shares it with nobody; null where another thread has not made it yet.</summary>
    private static byte[]? Read(string path)
    {
        int descriptor = DurableFiles.Unix.Open(path, DurableFiles.Unix.ReadOnly);
        if (descriptor < 0)
        {
            return null;
        }

        using var file = new SafeFileHandle(descriptor, ownsHandle: true);
        byte[] bytes = new byte[RandomAccess.GetLength(file)];
        int count = RandomAccess.Read(file, bytes, 0);
        return bytes[..count];
    }

    private DiskState Capture(DiskLoss loss)
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        var directories = new SortedSet<string>(StringComparer.Ordinal);
        Add(top, "");
        return new DiskState(files, directories);

        void Add(Node node, string path)
        {
            if (!node.IsDirectory)
            {
                files.Add(path, node.BytesAfter(loss));
                return;
            }

            directories.Add(path);
            foreach (var (name, child) in loss == DiskLoss.Unflushed ? node.DurableNames : node.Names)
            {
                Add(child, Path.Combine(path, name));
            }
        }
    }

    private sealed class Node(bool isDirectory)
    {
        public bool IsDirectory { get; } = isDirectory;

        public SortedDictionary<string, Node> Names { get; } = new(StringComparer.Ordinal);

        public SortedDictionary<string, Node> DurableNames { get; set; } = new(StringComparer.Ordinal);

        public byte[] Bytes { get; set; } = [];

        public byte[] DurableBytes { get; set; } = [];

        public byte[] BytesAfter(DiskLoss loss)
        {
            if (loss is DiskLoss.None)
            {
                return Bytes;
            }

            if (loss is not DiskLoss.Torn)
            {
                return DurableBytes;
            }

            int kept = Bytes.AsSpan().StartsWith(DurableBytes) ? DurableBytes.Length : 0;
            return kept == Bytes.Length ? Bytes : Bytes[..(kept + ((Bytes.Length - kept) / 2))];
        }
    }
}
