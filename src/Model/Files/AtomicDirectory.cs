namespace Cppo.Model.Files;

/// <summary>
/// Directories that are there whole or not at all: written beside their place under the ending of <see cref="AtomicFile"/>, flushed to the
/// disk, then renamed; what was there is set aside first and removed last. A kill between the two renames leaves both under names with
/// that ending.
/// </summary>
internal static class AtomicDirectory
{
    /// <summary>What a directory is called that another takes the place of, after its own name.</summary>
    public const string ReplacedEnding = ".replaced" + AtomicFile.Ending;

    /// <summary>What a directory is called while it is removed, after its own name.</summary>
    public const string RemovedEnding = ".removed" + AtomicFile.Ending;

    /// <summary>Where a directory is written.</summary>
    public static string Aside(string path) => path + AtomicFile.Ending;

    /// <summary>Makes the directory that is to be written.</summary>
    /// <returns>Its path, which is <see cref="Aside"/>.</returns>
    /// <exception cref="IOException">It could not be made.</exception>
    public static string Begin(string path)
    {
        DurableFiles.Delete(Aside(path));
        return DurableFiles.CreateDirectory(Aside(path));
    }

    /// <summary>Waits until what was written is on disk, its name included.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public static void Flush(string path)
    {
        DurableFiles.FlushTree(Aside(path));
        DurableFiles.FlushDirectory(ParentOf(path));
    }

    /// <summary>Puts what was written and flushed in its place.</summary>
    /// <exception cref="IOException">It could not be renamed.</exception>
    public static void Put(string path)
    {
        if (Directory.Exists(path))
        {
            DurableFiles.Delete(path + ReplacedEnding);
            DurableFiles.Move(path, path + ReplacedEnding);
        }

        DurableFiles.Move(Aside(path), path);
        DurableFiles.FlushDirectory(ParentOf(path));
        DurableFiles.Delete(path + ReplacedEnding);
    }

    /// <summary>Removes a directory, which is never there in part; nothing where there is none.</summary>
    /// <exception cref="IOException">It could not be removed.</exception>
    public static void Remove(string path)
    {
        if (!Directory.Exists(path))
        {
            return;
        }

        DurableFiles.Delete(path + RemovedEnding);
        DurableFiles.Move(path, path + RemovedEnding);
        DurableFiles.Delete(path + RemovedEnding);
    }

    private static string ParentOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;
}
