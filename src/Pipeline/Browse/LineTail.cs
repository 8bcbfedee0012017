using System.Text;

namespace Cppo.Pipeline.Browse;

/// <summary>A line of a file that grows.</summary>
/// <param name="Offset">Where it begins, in bytes.</param>
/// <param name="Length">Its bytes, without the line feed.</param>
/// <param name="Text">The line.</param>
internal sealed record TailLine(long Offset, int Length, string Text);

/// <summary>
/// Reads the lines of a file that a run appends to, each once. A run that is resumed removes the lines of updates that it makes again:
/// that is noticed by the last line that was read, and all is read anew.
/// </summary>
internal sealed class LineTail(string path)
{
    private const int Block = 1 << 20;
    private byte[] last = [];
    private long offset;

    /// <summary>The lines since the last call; <c>Restarted</c>: what was read before is no longer what the file has.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public (bool Restarted, List<TailLine> Lines) Read()
    {
        if (!File.Exists(path))
        {
            bool had = offset > 0;
            (last, offset) = ([], 0);
            return (had, []);
        }

        // It is replaced, and appended to, while it is open here.
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        bool restarted = offset > 0 && !IsAsBefore(file);
        if (restarted)
        {
            (last, offset) = ([], 0);
        }

        return (restarted, file.Length == offset ? [] : NewLines(file));
    }

    /// <summary>The text of a line that was read before; null where the file no longer has it.</summary>
    public string? ReadAgain(long from, int length)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        if (file.Length < from + length)
        {
            return null;
        }

        byte[] bytes = new byte[length];
        file.Position = from;
        file.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private bool IsAsBefore(FileStream file)
    {
        if (file.Length < offset)
        {
            return false;
        }

        byte[] there = new byte[last.Length];
        file.Position = offset - last.Length;
        file.ReadExactly(there);
        return there.AsSpan().SequenceEqual(last);
    }

    private List<TailLine> NewLines(FileStream file)
    {
        var lines = new List<TailLine>();
        file.Position = offset;
        byte[] buffer = new byte[Block];
        int held = 0;
        while (true)
        {
            int read = file.Read(buffer, held, buffer.Length - held);
            if (read == 0)
            {
                return lines;
            }

            int start = 0,
                end = held + read;
            for (int at = held; at < end; at++)
            {
                if (buffer[at] == '\n')
                {
                    lines.Add(new TailLine(offset, at - start, Encoding.UTF8.GetString(buffer, start, at - start)));
                    last = buffer[start..(at + 1)];
                    offset += at + 1 - start;
                    start = at + 1;
                }
            }

            held = end - start;
            buffer.AsSpan(start, held).CopyTo(buffer);
            if (held == buffer.Length)
            {
                Array.Resize(ref buffer, 2 * buffer.Length);
            }
        }
    }
}
