using System.Security.Cryptography;
using System.Text;

namespace Cppo.Pipeline.Sweep.Cells;

/// <summary>SHA-256 of files that cells read and leave; each file that is read is hashed once a process.</summary>
internal sealed class InputDigests
{
    private readonly Dictionary<string, string> known = [];

    /// <summary>Hash of a file's bytes, or of the names and bytes of a directory's files; of nothing where neither is there.</summary>
    public string Of(string path)
    {
        if (!known.TryGetValue(path, out string? digest))
        {
            known[path] = digest =
                Directory.Exists(path) ? OfDirectory(path)
                : File.Exists(path) ? OfFile(path)
                : "";
        }

        return digest;
    }

    /// <summary>Hash of a file as it is now.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string OfFile(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>The first sixteen hexadecimal digits of the hash of some lines.</summary>
    public static string Short(params IEnumerable<string> lines) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))).AsSpan(0, 8));

    /// <summary>Hash of the names and bytes of a directory's files; of nothing where it is not there.</summary>
    public static string OfDirectory(string path) =>
        !Directory.Exists(path)
            ? ""
            : Short(
                Directory.EnumerateFiles(path).Order(StringComparer.Ordinal).Select(file => $"{Path.GetFileName(file)} {OfFile(file)}")
            );
}
