using Cppo.Model.Files;

namespace Cppo.Pipeline.Files;

/// <summary>Files that a command reads and writes.</summary>
internal static class LineFile
{
    /// <summary>The lines, read as they are needed; the file is opened at once.</summary>
    /// <exception cref="UsageException">The file is missing or unreadable.</exception>
    public static IEnumerable<string> Read(string path) => Open(path, () => File.ReadLines(path));

    /// <summary>Refuses a file that is missing or unreadable.</summary>
    /// <exception cref="UsageException">It is.</exception>
    public static void RequireReadable(string path) => Open(path, () => File.OpenRead(path)).Dispose();

    /// <summary>Refuses a file to write that could not be written, or that is read as well, before the work rather than after it.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="target">The file; null where none is named.</param>
    /// <param name="inputs">Files that are read, or written for another option; null or empty where there is none.</param>
    /// <exception cref="UsageException">It is.</exception>
    public static void RequireWritable(string option, string? target, params IEnumerable<string?> inputs)
    {
        if (target is null)
        {
            return;
        }

        if (inputs.Any(input => !string.IsNullOrEmpty(input) && Path.GetFullPath(input) == Path.GetFullPath(target)))
        {
            throw new UsageException($"{option} {target} is also read or written otherwise; name another file.");
        }

        if (Path.GetDirectoryName(Path.GetFullPath(target)) is { } folder && !Directory.Exists(folder))
        {
            throw new UsageException($"{option} {target}: there is no directory {folder}; make it first.");
        }

        Guard(target, () => AtomicFile.Probe(target));
    }

    /// <summary>Makes a directory, and refuses one in which no file can be made.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="directory">The directory.</param>
    /// <exception cref="UsageException">It is one.</exception>
    public static void RequireDirectory(string option, string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            using var probe = File.Create(Path.Combine(directory, $".{Guid.NewGuid():N}"), bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException or ArgumentException)
        {
            throw new UsageException(
                $"{option} {directory}: no files can be made there ({FileFault.Reason(error)}); name another directory."
            );
        }
    }

    /// <summary>
    /// Writes lines, each ended by a line feed, to <paramref name="target"/>, or to <paramref name="output"/> where that is null.
    /// </summary>
    public static void Write(string? target, TextWriter output, IEnumerable<string> lines)
    {
        if (target is null)
        {
            Write(output, lines);
        }
        else
        {
            Guard(target, () => AtomicFile.WriteText(target, writer => Write(writer, lines)));
        }
    }

    /// <summary>Makes a file that appears when it is complete.</summary>
    /// <exception cref="UsageException">It cannot be written.</exception>
    public static void WriteWhole(string target, Action<Stream> write) => Guard(target, () => AtomicFile.Write(target, write));

    private static void Guard(string target, Action write)
    {
        if (Directory.Exists(target))
        {
            throw new UsageException($"{target} is a directory; name a file in it.");
        }

        try
        {
            write();
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw new UsageException($"{target} cannot be written ({FileFault.Reason(error)}); name another file.");
        }
    }

    private static void Write(TextWriter writer, IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            writer.Write(line);
            writer.Write('\n');
        }
    }

    private static T Open<T>(string path, Func<T> open)
    {
        if (Directory.Exists(path))
        {
            throw new UsageException($"{path} is a directory; name a file in it.");
        }

        try
        {
            return open();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException(
                File.Exists(path) ? $"{path} cannot be read: {FileFault.Reason(error)}." : $"{path}: no such file{NearFile.Hint(path)}"
            );
        }
    }
}
