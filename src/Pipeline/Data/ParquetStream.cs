namespace Cppo.Pipeline.Data;

/// <summary>
/// A Parquet file up to a bound. Reading there throws: Parquet.Net takes the end of its input for bytes of 255, an integer that never ends.
/// </summary>
internal sealed class ParquetStream : Stream
{
    private readonly FileStream file;

    public ParquetStream(FileStream file) => (this.file, End) = (file, file.Length);

    /// <summary>What is not read any more: an offset up to the file's length.</summary>
    public long End { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => file.Length;

    public override long Position
    {
        get => file.Position;
        set => file.Position = value;
    }

    public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

    public override int ReadByte() => file.Position < End && file.ReadByte() is >= 0 and var value ? value : throw CutOff();

    public override int Read(Span<byte> buffer) => Checked(buffer.Length, file.Read(buffer[..Room(buffer.Length)]));

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Checked(buffer.Length, await file.ReadAsync(buffer[..Room(buffer.Length)], cancellationToken));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Room(int wanted) => (int)Math.Clamp(End - file.Position, 0, wanted);

    private static int Checked(int wanted, int read) => read > 0 || wanted == 0 ? read : throw CutOff();

    private static InvalidDataException CutOff() => new("its values go on beyond their end");
}
