using System.Text;

namespace Cppo.Model.Files;

/// <summary>
/// Files that somebody else made, such as those of a downloaded model: regular ones only, up to a size, and links only to what lies in the
/// same directory, so that no other file of the machine is read, or copied, in a model's name.
/// </summary>
/// <remarks>
/// Hugging Face's cache has its files as links into its own <c>blobs</c>: from <c>models--X/snapshots/REVISION</c> links may lead anywhere
/// in <c>models--X</c>, and so of <c>datasets--X</c>.
/// </remarks>
internal static class InputFile
{
    private const int MostLinks = 40;
    private static readonly string[] Cached = ["models--", "datasets--"];

    /// <summary>Refuses what is there but no regular file, or a link that leaves the directory.</summary>
    /// <returns>The file without links.</returns>
    /// <exception cref="IOException">It is refused; the message is a reason in words.</exception>
    public static string Check(string path)
    {
        string real = RealPath(path);
        string directory = RealPath(Path.GetDirectoryName(Path.GetFullPath(path))!);
        string reach = Reach(directory);
        string within = Path.EndsInDirectorySeparator(reach) ? reach : reach + Path.DirectorySeparatorChar;
        if (!real.StartsWith(within, StringComparison.Ordinal))
        {
            throw new IOException($"it is a link to {real}, outside {reach}, so copy that file into its place");
        }

        return FileKind.OtherThanRegular(real) is { } other ? throw new IOException($"it is {other}, no regular file") : real;
    }

    /// <summary>Opens a file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static FileStream Open(string path) => new(Check(path), FileMode.Open, FileAccess.Read, FileShare.Read);

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mostBytes">What it may have.</param>
    /// <exception cref="IOException">It cannot be read, or has more bytes.</exception>
    public static byte[] ReadBytes(string path, int mostBytes)
    {
        using var stream = Open(path);
        if (stream.Length > mostBytes)
        {
            throw new IOException($"it has {stream.Length} bytes, where {mostBytes} are the most");
        }

        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Reads a whole file as UTF-8, without a byte order mark; what is none becomes U+FFFD.</summary>
    /// <exception cref="IOException">As <see cref="ReadBytes"/>.</exception>
    public static string ReadText(string path, int mostBytes)
    {
        byte[] bytes = ReadBytes(path, mostBytes);
        return Encoding.UTF8.GetString(bytes.AsSpan(bytes.AsSpan().StartsWith("\uFEFF"u8) ? "\uFEFF"u8.Length : 0));
    }

    /// <summary>What the links of a real directory may lead to: itself, or all of the model in a cache of Hugging Face's.</summary>
    private static string Reach(string directory)
    {
        for (var at = new DirectoryInfo(directory); at.Parent is { } parent; at = parent)
        {
            if (at.Name == "snapshots" && Array.Exists(Cached, kind => parent.Name.StartsWith(kind, StringComparison.Ordinal)))
            {
                return parent.FullName;
            }
        }

        return directory;
    }

    /// <summary>A full path whose parts are no links; those that are not there stay as they are.</summary>
    private static string RealPath(string path)
    {
        string full = Path.GetFullPath(path);
        string real = Path.GetPathRoot(full)!;
        var parts = new Stack<string>();
        Push(parts, full[real.Length..]);
        for (int links = 0; parts.TryPop(out string? part); )
        {
            if (part == "..")
            {
                real = Path.GetDirectoryName(real) ?? real;
                continue;
            }

            string next = Path.Combine(real, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MostLinks)
            {
                throw new IOException("its links go in a circle");
            }

            if (Path.IsPathRooted(target))
            {
                real = Path.GetPathRoot(target)!;
                target = target[real.Length..];
            }

            Push(parts, target);
        }

        return real;
    }

    private static void Push(Stack<string> parts, string path)
    {
        foreach (
            string part in path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries)
                .Where(part => part != ".")
                .Reverse()
        )
        {
            parts.Push(part);
        }
    }
}
