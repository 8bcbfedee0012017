using System.Buffers.Binary;
using System.Globalization;
using Cppo.Model.Files;

namespace Cppo.Pipeline.MetricSinks.TensorBoard;

/// <summary>
/// A file of records, each whole or not at all: what a write that failed left of one is cut off before the next, since readers give a file
/// up at a damaged record.
/// </summary>
internal sealed class EventFile : IDisposable
{
    private const string Beginning = "events.out.tfevents.";

    private readonly Stream file;
    private long whole;

    /// <summary>Writes to a file that is empty and that nobody else writes.</summary>
    /// <param name="file">Without a buffer of its own, which would keep what could not be written.</param>
    internal EventFile(Stream file) => this.file = file;

    /// <summary>Makes a new file whose name comes after those in the directory, in which order readers take them.</summary>
    /// <param name="directory">Made where it does not exist.</param>
    /// <param name="now">For the name.</param>
    public static EventFile Create(string directory, DateTimeOffset now)
    {
        DurableFiles.CreateDirectory(directory);
        long last = Directory.EnumerateFiles(directory, Beginning + "*").Select(Seconds).DefaultIfEmpty(0).Max();
        string name = string.Create(
            CultureInfo.InvariantCulture,
            $"{Beginning}{Math.Max(now.ToUnixTimeSeconds(), last + 1):D10}.{Environment.MachineName}.{Environment.ProcessId}.0"
        );
        return new EventFile(DurableFiles.Append(Path.Combine(directory, name), bufferSize: 0));
    }

    /// <summary>Writes a record, and hands it to the system.</summary>
    /// <exception cref="IOException">It could not be written; what was written of it is removed before the next record.</exception>
    public void Write(ReadOnlySpan<byte> message)
    {
        if (file.Length != whole || file.Position != whole)
        {
            Cut(whole);
        }

        // length, its checksum, message, its checksum: TFRecord.
        byte[] record = new byte[message.Length + 16];
        BinaryPrimitives.WriteInt64LittleEndian(record, message.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedCrc.Of(record.AsSpan(0, 8)));
        message.CopyTo(record.AsSpan(12));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + message.Length), MaskedCrc.Of(message));
        file.Write(record);
        file.Flush();
        whole += record.Length;
    }

    /// <summary>Makes the file empty; records are then written anew.</summary>
    /// <exception cref="IOException">It could not be.</exception>
    public void Restart()
    {
        whole = 0;
        Cut(0);
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private void Cut(long length)
    {
        file.SetLength(length);
        file.Position = length;
    }

    private static long Seconds(string path) =>
        long.TryParse(
            Path.GetFileName(path)[Beginning.Length..].Split('.')[0],
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out long seconds
        )
            ? seconds
            : 0;
}
