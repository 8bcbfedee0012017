using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Cppo.Pipeline.Tests.Run;

/// <summary>Files and directories below some directory, by their paths in it.</summary>
internal sealed class DiskState(SortedDictionary<string, byte[]> files, SortedSet<string> directories)
{
    private static readonly ConditionalWeakTable<byte[], string> Hashes = new();

    /// <summary>The same for equal states.</summary>
    public string Key { get; } = KeyOf(files, directories);

    public IEnumerable<string> Paths => files.Keys.Concat(directories).Order(StringComparer.Ordinal);

    /// <summary>What is below a directory, but for the lock.</summary>
    public static DiskState Of(string root)
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (string file in Directory.GetFiles(root, "*", SearchOption.AllDirectories))
        {
            if (Path.GetFileName(file) != "run.lock")
            {
                files.Add(Path.GetRelativePath(root, file), File.ReadAllBytes(file));
            }
        }

        var directories = Directory.GetDirectories(root, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(root, path));
        return new DiskState(files, new SortedSet<string>(["", .. directories], StringComparer.Ordinal));
    }

    /// <summary>Makes it below a directory, which is made anew.</summary>
    public void WriteTo(string root)
    {
        if (Directory.Exists(root))
        {
            Directory.Delete(root, recursive: true);
        }

        foreach (string directory in directories)
        {
            Directory.CreateDirectory(Path.Combine(root, directory));
        }

        foreach (var (path, bytes) in files)
        {
            File.WriteAllBytes(Path.Combine(root, path), bytes);
        }
    }

    private static string KeyOf(SortedDictionary<string, byte[]> files, SortedSet<string> directories)
    {
        string text = string.Join('\0', files.Select(file => $"{file.Key}\0{HashOf(file.Value)}").Concat(directories));
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private static string HashOf(byte[] bytes) => Hashes.GetValue(bytes, content => Convert.ToHexString(SHA256.HashData(content)));
}
