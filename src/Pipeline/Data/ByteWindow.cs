namespace Cppo.Pipeline.Data;

/// <summary>What has been read of a file and not been taken yet, with the number of its line.</summary>
internal sealed class ByteWindow(FileStream file)
{
    private byte[] buffer = new byte[1 << 18];
    private int start;
    private int end;

    /// <summary>The bytes that are held; they are valid until more is read.</summary>
    public ReadOnlyMemory<byte> Held => buffer.AsMemory(start, end - start);

    /// <summary>The line of the first byte that is held, from 1.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>Lets go of the first bytes.</summary>
    public void Take(int count)
    {
        Line += buffer.AsSpan(start, count).Count((byte)'\n');
        start += count;
    }

    /// <summary>Lets go of white space; the byte that follows it, or -1 at the end of the file.</summary>
    public async ValueTask<int> PeekAsync(CancellationToken cancel)
    {
        while (true)
        {
            int blanks = Held.Length - Held.Span.TrimStart(" \t\r\n"u8).Length;
            Take(blanks);
            if (start < end)
            {
                return buffer[start];
            }

            if (!await ReadMoreAsync(cancel))
            {
                return -1;
            }
        }
    }

    /// <summary>Lets go of a byte order mark.</summary>
    public async ValueTask SkipMarkAsync(CancellationToken cancel)
    {
        while (Held.Length < 3 && await ReadMoreAsync(cancel)) { }

        if (Held.Span.StartsWith("\uFEFF"u8))
        {
            Take("\uFEFF"u8.Length);
        }
    }

    /// <summary>Reads on; whether there was more.</summary>
    public async ValueTask<bool> ReadMoreAsync(CancellationToken cancel)
    {
        int left = end - start;
        // A buffer that is more than half full is doubled, so that no byte is moved more than a few times.
        byte[] target = left > buffer.Length / 2 ? new byte[buffer.Length * 2] : buffer;
        buffer.AsSpan(start, left).CopyTo(target);
        (buffer, start, end) = (target, 0, left);
        int read = await file.ReadAsync(buffer.AsMemory(end), cancel);
        end += read;
        return read > 0;
    }
}
