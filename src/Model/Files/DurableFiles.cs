using System.Runtime.InteropServices;

namespace Cppo.Model.Files;

/// <summary>
/// Every change of the file system that a run depends on, by one step each. A process that is killed stands between two steps; after a
/// loss of power a file holds at least what was <see cref="Flush"/>ed, and a directory the names that it had at the last
/// <see cref="FlushDirectory"/>.
/// </summary>
/// <remarks>Changes go through here so that tests can stop a run before each of them, and replay what a disk held at that moment.</remarks>
internal static partial class DurableFiles
{
    /// <summary>Called before each change, by whichever thread makes it; null but in tests.</summary>
    internal static Action<FileChange>? Changing { get; set; }

    /// <summary>Makes a directory, and those above it, where there is none; their names are on disk when it returns.</summary>
    /// <exception cref="IOException">It could not be made.</exception>
    public static string CreateDirectory(string path)
    {
        if (Directory.Exists(path))
        {
            return path;
        }

        string? parent = Path.GetDirectoryName(Path.GetFullPath(path));
        if (parent is not null)
        {
            CreateDirectory(parent);
        }

        Changing?.Invoke(new FileChange(FileChangeKind.CreateDirectory, path));
        Directory.CreateDirectory(path);
        if (parent is not null)
        {
            FlushDirectory(parent);
        }

        return path;
    }

    /// <summary>Opens a file to write it from its start; nobody else can open it meanwhile.</summary>
    /// <exception cref="IOException">It could not be opened.</exception>
    public static FileStream Create(string path)
    {
        Changing?.Invoke(new FileChange(FileChangeKind.Create, path));
        return new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
    }

    /// <summary>Opens a file to write at its end; others may read it.</summary>
    /// <param name="path">Made where it does not exist.</param>
    /// <param name="bufferSize">Bytes that wait to be written together; 0: each write is handed to the system at once.</param>
    /// <exception cref="IOException">It could not be opened.</exception>
    public static FileStream Append(string path, int bufferSize = 4096)
    {
        Changing?.Invoke(new FileChange(FileChangeKind.Create, path));
        return new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize);
    }

    /// <summary>Waits until all that was written to a file is on disk.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public static void Flush(FileStream file)
    {
        ArgumentNullException.ThrowIfNull(file);
        file.Flush();
        Changing?.Invoke(new FileChange(FileChangeKind.Flush, file.Name));
        file.Flush(flushToDisk: true);
    }

    /// <summary>Waits until the names in a directory are on disk; Windows keeps them by itself.</summary>
    /// <exception cref="IOException">They could not be written.</exception>
    public static void FlushDirectory(string path)
    {
        Changing?.Invoke(new FileChange(FileChangeKind.FlushDirectory, path));
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = Unix.Open(path, Unix.ReadOnly);
        int error = Marshal.GetLastPInvokeError();
        if (descriptor < 0 && error == Unix.PermissionDenied)
        {
            // A directory may be written that cannot be read, and so not flushed.
            return;
        }

        if (descriptor < 0)
        {
            throw new IOException(Marshal.GetPInvokeErrorMessage(error));
        }

        int result = Unix.Flush(descriptor);
        error = Marshal.GetLastPInvokeError();
        _ = Unix.Close(descriptor);

        // Some network and overlay file systems cannot flush a directory, and need not.
        if (result != 0 && error is not (Unix.InvalidArgument or Unix.NotSupported))
        {
            throw new IOException(Marshal.GetPInvokeErrorMessage(error));
        }
    }

    /// <summary>Waits until all of a directory is on disk: every file in it, and every name.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public static void FlushTree(string path)
    {
        foreach (string entry in Directory.EnumerateFileSystemEntries(path).Order(StringComparer.Ordinal))
        {
            if (Directory.Exists(entry))
            {
                FlushTree(entry);
                continue;
            }

            using var file = new FileStream(entry, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
            Flush(file);
        }

        FlushDirectory(path);
    }

    /// <summary>Renames a file over what was there, or a directory to a name that is free.</summary>
    /// <exception cref="IOException">It could not be renamed.</exception>
    public static void Move(string from, string to)
    {
        Changing?.Invoke(new FileChange(FileChangeKind.Move, from, to));
        if (Directory.Exists(from))
        {
            Directory.Move(from, to);
        }
        else
        {
            File.Move(from, to, overwrite: true);
        }
    }

    /// <summary>Removes a file, or a directory with all that is in it, file by file; nothing where there is neither.</summary>
    /// <exception cref="IOException">It could not be removed.</exception>
    public static void Delete(string path)
    {
        if (Directory.Exists(path) && new FileInfo(path).LinkTarget is null)
        {
            foreach (string entry in Directory.EnumerateFileSystemEntries(path).Order(StringComparer.Ordinal).ToArray())
            {
                Delete(entry);
            }

            Changing?.Invoke(new FileChange(FileChangeKind.Delete, path));
            Directory.Delete(path);
        }
        else if (Path.Exists(path))
        {
            Changing?.Invoke(new FileChange(FileChangeKind.Delete, path));
            File.Delete(path);
        }
    }

    /// <summary>What .NET has no call for.</summary>
    internal static partial class Unix
    {
        public const int ReadOnly = 0;
        public const int NoSuchFile = 2;
        public const int PermissionDenied = 13;
        public const int InvalidArgument = 22;
        public const int NotSupported = 95;

        [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        public static partial int Open(string path, int flags);

        [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
        public static partial int Flush(int descriptor);

        [LibraryImport("libc", EntryPoint = "close")]
        public static partial int Close(int descriptor);
    }
}

/// <summary>What a change of the file system is.</summary>
internal enum FileChangeKind
{
    /// <summary>A directory is made.</summary>
    CreateDirectory,

    /// <summary>A file is opened to be written: made or emptied, or appended to.</summary>
    Create,

    /// <summary>A file's bytes are forced to disk.</summary>
    Flush,

    /// <summary>A directory's names are forced to disk.</summary>
    FlushDirectory,

    /// <summary>A file or directory is renamed.</summary>
    Move,

    /// <summary>A file or an empty directory is removed.</summary>
    Delete,
}

/// <summary>One change that is about to be made.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Path">The file or directory.</param>
/// <param name="To">The new name of a <see cref="FileChangeKind.Move"/>.</param>
internal sealed record FileChange(FileChangeKind Kind, string Path, string? To = null);
