using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Cppo.Model.Files;

/// <summary>
/// A file that one process holds at a time. The hold is of the open file (flock on Unix), not of its name: who removes the file under its
/// holder lets another process hold a new one of that name, so a holder asks <see cref="IsInPlace"/> before it writes what is guarded.
/// </summary>
internal sealed class HeldFile : IDisposable
{
    private const int MostOfMark = 512;
    private readonly FileStream file;
    private readonly byte[] mark;

    private HeldFile(FileStream file)
    {
        this.file = file;
        mark = Encoding.UTF8.GetBytes($"{Environment.ProcessId} {Environment.MachineName} {Guid.NewGuid():N}\n");
    }

    /// <summary>Holds a file, which is made where there is none, and otherwise left as it is.</summary>
    /// <exception cref="IOException">Another holds it (<see cref="FileFault.IsInUse"/>), or it cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static HeldFile Take(string path) =>
        new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));

    /// <summary>Writes into the file who holds it, by which <see cref="IsInPlace"/> knows it again.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public void Sign()
    {
        try
        {
            file.SetLength(0);
            file.Write(mark);
            file.Flush();
        }
        catch (ArgumentOutOfRangeException fault) when (FileFault.IsTooLarge(fault))
        {
            throw FileFault.TooLarge(file.Name);
        }
    }

    /// <summary>Whether the file of that name is still the one that is held and was signed.</summary>
    /// <exception cref="IOException">That cannot be told.</exception>
    public bool IsInPlace()
    {
        if (OperatingSystem.IsWindows())
        {
            // An open file that is not shared cannot be removed there.
            return true;
        }

        // .NET would ask for a lock of its own, which the held one refuses.
        int descriptor = DurableFiles.Unix.Open(file.Name, DurableFiles.Unix.ReadOnly);
        if (descriptor < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error == DurableFiles.Unix.NoSuchFile)
            {
                return false;
            }

            throw new IOException($"{file.Name}: {Marshal.GetPInvokeErrorMessage(error)}");
        }

        using var found = new SafeFileHandle(descriptor, ownsHandle: true);
        byte[] content = new byte[mark.Length + 1];
        int count = RandomAccess.Read(found, content, fileOffset: 0);
        return content.AsSpan(0, count).SequenceEqual(mark);
    }

    /// <summary>What the last holder signed, on Unix and without a lock; null where it cannot be read.</summary>
    public static string? ReadMark(string path)
    {
        int descriptor = DurableFiles.Unix.Open(path, DurableFiles.Unix.ReadOnly);
        if (descriptor < 0)
        {
            return null;
        }

        using var found = new SafeFileHandle(descriptor, ownsHandle: true);
        byte[] content = new byte[MostOfMark];
        int count = RandomAccess.Read(found, content, fileOffset: 0);
        return Encoding.UTF8.GetString(content, 0, count);
    }

    /// <summary>Lets others hold it.</summary>
    public void Dispose() => file.Dispose();
}
