using System.Buffers.Text;

namespace Cppo.Pipeline.Browse;

/// <summary>
/// Writes bytes as base64 to a stream, which stays open, and counts what has come; the last ones follow when it is disposed of.
/// </summary>
internal sealed class Base64Stream(Stream output) : Stream
{
    private const int Block = 3 * 4096;
    private readonly byte[] held = new byte[Block];
    private readonly byte[] text = new byte[Block / 3 * 4];
    private int count;

    /// <summary>Bytes that were given so far.</summary>
    public long Given { get; private set; }

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => Given;

    public override long Position
    {
        get => Given;
        set => throw new NotSupportedException();
    }

    public override void Flush() => output.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Given += buffer.Length;
        while (buffer.Length > 0)
        {
            int part = Math.Min(Block - count, buffer.Length);
            buffer[..part].CopyTo(held.AsSpan(count));
            count += part;
            buffer = buffer[part..];
            if (count == Block)
            {
                WriteHeld();
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            WriteHeld();
        }

        base.Dispose(disposing);
    }

    private void WriteHeld()
    {
        Base64.EncodeToUtf8(held.AsSpan(0, count), text, out _, out int written);
        output.Write(text, 0, written);
        count = 0;
    }
}
