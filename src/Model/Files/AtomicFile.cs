using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cppo.Model.Files;

/// <summary>
/// Writes files that are there whole or not at all: beside their place under the ending <c>.tmp</c>, flushed to the disk, then renamed over
/// what was there. Where that fails, what was there stays, and nothing is left beside it. Of two writers of one file at a time the second
/// fails.
/// </summary>
internal static class AtomicFile
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>What a file is called while it is written, after its own name.</summary>
    public const string Ending = ".tmp";

    /// <summary>Writes bytes as <paramref name="write"/> gives them, which need not come in order.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var stream = Open(path);
        try
        {
            using (stream)
            {
                write(stream);
                DurableFiles.Flush(stream);
            }

            Replace(path);
        }
        catch (ArgumentOutOfRangeException fault) when (FileFault.IsTooLarge(fault))
        {
            DurableFiles.Delete(path + Ending);
            throw FileFault.TooLarge(path);
        }
        catch
        {
            DurableFiles.Delete(path + Ending);
            throw;
        }
    }

    /// <summary>As <see cref="Write"/>, for writers that wait.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public static async Task WriteAsync(string path, Func<Stream, Task> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var stream = Open(path);
        try
        {
            await using (stream)
            {
                await write(stream).ConfigureAwait(false);
                DurableFiles.Flush(stream);
            }

            Replace(path);
        }
        catch (ArgumentOutOfRangeException fault) when (FileFault.IsTooLarge(fault))
        {
            DurableFiles.Delete(path + Ending);
            throw FileFault.TooLarge(path);
        }
        catch
        {
            DurableFiles.Delete(path + Ending);
            throw;
        }
    }

    /// <summary>Writes bytes.</summary>
    /// <exception cref="IOException">They could not be written.</exception>
    public static void WriteBytes(string path, ReadOnlyMemory<byte> bytes) => Write(path, stream => stream.Write(bytes.Span));

    /// <summary>Writes a text as UTF-8 without a byte order mark.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public static void WriteText(string path, string text) => WriteText(path, writer => writer.Write(text));

    /// <summary>As above, a text that is made as it is written.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public static void WriteText(string path, Action<TextWriter> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        Write(
            path,
            stream =>
            {
                using var writer = new StreamWriter(stream, leaveOpen: true);
                write(writer);
            }
        );
    }

    /// <summary>Writes JSON, indented, with a line break at its end.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public static void WriteJson(string path, JsonNode json) => WriteText(path, json.ToJsonString(Indented) + "\n");

    /// <summary>Ends without a trace where a file could be written.</summary>
    /// <exception cref="IOException">It could not be.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public static void Probe(string path)
    {
        Open(path).Dispose();
        DurableFiles.Delete(path + Ending);
    }

    private static FileStream Open(string path) => DurableFiles.Create(path + Ending);

    private static void Replace(string path)
    {
        DurableFiles.Move(path + Ending, path);
        DurableFiles.FlushDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }
}
