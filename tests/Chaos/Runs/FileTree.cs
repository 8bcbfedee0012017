using System.Security.Cryptography;

namespace Cppo.Chaos.Runs;

/// <summary>Copies, moves and compares directories, byte by byte.</summary>
internal static class FileTree
{
    /// <summary>What each process leaves that held a run, and says nothing of it.</summary>
    private const string LockFile = "run.lock";

    /// <summary>A digest for each file and <c>directory</c> for each directory, by its path below <paramref name="root"/>.</summary>
    public static SortedDictionary<string, string> Read(string root)
    {
        var entries = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (!Directory.Exists(root))
        {
            return entries;
        }

        foreach (string path in Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(root, path).Replace('\\', '/');
            if (name != LockFile)
            {
                entries[name] = Directory.Exists(path) ? "directory" : Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));
            }
        }

        return entries;
    }

    /// <summary>The first few paths in which two differ, in words; null where they are the same.</summary>
    public static string? Difference(SortedDictionary<string, string> before, SortedDictionary<string, string> after)
    {
        string[] changes =
        [
            .. before.Keys.Where(path => !after.ContainsKey(path)).Select(path => $"{path} is gone"),
            .. after.Keys.Where(path => !before.ContainsKey(path)).Select(path => $"{path} is new"),
            .. after
                .Where(entry => before.TryGetValue(entry.Key, out string? old) && old != entry.Value)
                .Select(entry => $"{entry.Key} differs"),
        ];
        return changes.Length == 0
            ? null
            : string.Join(", ", changes.Take(5)) + (changes.Length > 5 ? $" and {changes.Length - 5} more" : "");
    }

    /// <summary>Copies a directory with all that is in it.</summary>
    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string path in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, path)));
        }

        foreach (string path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(path, Path.Combine(to, Path.GetRelativePath(from, path)), overwrite: true);
        }
    }

    /// <summary>Moves a file or a directory; nothing where there is neither.</summary>
    public static void Move(string from, string to)
    {
        if (Directory.Exists(from))
        {
            Directory.Move(from, to);
        }
        else if (File.Exists(from))
        {
            File.Move(from, to);
        }
    }

    /// <summary>Removes a file or a directory; nothing where there is neither.</summary>
    public static void Delete(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else if (File.Exists(path))
        {
            File.Delete(path);
        }
    }
}
