using Cppo.Model.Files;

namespace Cppo.Pipeline.Hub;

/// <summary>
/// A blob while it is fetched, with the hash of the bytes that are there. What is added is the system's at once, so that a process that is
/// killed leaves it.
/// </summary>
internal sealed class BlobPart : IDisposable
{
    private readonly HubFile file;
    private readonly FileStream stream;
    private BlobHash hash;

    /// <summary>Goes on where a part is there, which is read for its hash.</summary>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public BlobPart(string path, HubFile file)
    {
        this.file = file;
        hash = new BlobHash(file);
        stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        if (stream.Length > file.Size)
        {
            stream.SetLength(0);
        }

        IsContinued = stream.Length > 0;
        byte[] buffer = new byte[1 << 18];
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            hash.Add(buffer.AsSpan(0, read));
        }
    }

    /// <summary>Bytes that are there.</summary>
    public long Length => stream.Position;

    /// <summary>Whether the first of them are from an earlier time.</summary>
    public bool IsContinued { get; private set; }

    /// <summary>Adds the next bytes.</summary>
    /// <exception cref="IOException">They could not be written.</exception>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        hash.Add(bytes);
    }

    /// <summary>Begins with no byte.</summary>
    public void Restart()
    {
        stream.SetLength(0);
        stream.Position = 0;
        hash.Dispose();
        hash = new BlobHash(file);
        IsContinued = false;
    }

    /// <summary>Of what is there, in lower case.</summary>
    public string Digest() => hash.Digest();

    /// <summary>Waits until all is on disk.</summary>
    public void Flush() => DurableFiles.Flush(stream);

    public void Dispose()
    {
        stream.Dispose();
        hash.Dispose();
    }
}
