namespace Cppo.Pipeline.Hub;

/// <summary>How far a file is; read by the display while another thread fetches it.</summary>
/// <param name="file">The file.</param>
/// <param name="present">Bytes that were there at the start.</param>
/// <param name="say">Takes a line about it.</param>
internal sealed class FileProgress(HubFile file, long present, Action<string> say)
{
    private long bytes = present;
    private int state;

    /// <summary>The file.</summary>
    public HubFile File => file;

    /// <summary>Bytes that were there at the start.</summary>
    public long Before { get; } = present;

    /// <summary>Bytes that are there now.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>Whether it is being fetched.</summary>
    public bool IsRunning => Volatile.Read(ref state) == 1;

    /// <summary>Whether it is whole and under its name.</summary>
    public bool IsDone => Volatile.Read(ref state) == 2;

    /// <summary>States how many bytes are there.</summary>
    public void Set(long value) => Interlocked.Exchange(ref bytes, value);

    /// <summary>It begins.</summary>
    public void Start() => Volatile.Write(ref state, 1);

    /// <summary>It is whole.</summary>
    public void End()
    {
        Set(file.Size);
        Volatile.Write(ref state, 2);
    }

    /// <summary>Says what the user should know.</summary>
    public void Say(string line) => say(line);
}
