namespace Cppo.Fuzz;

/// <summary>Where inputs are written to be read: in memory, where the system has such a place. Gone at the end.</summary>
internal sealed class FuzzFolder : IDisposable
{
    private const string InMemory = "/dev/shm";

    public string Root { get; } =
        Directory.Exists(InMemory)
            ? Directory.CreateDirectory(Path.Combine(InMemory, $"cppo-fuzz-{Environment.ProcessId}")).FullName
            : Directory.CreateTempSubdirectory("cppo-fuzz-").FullName;

    /// <summary>A directory of its own.</summary>
    public string Make(string name) => Directory.CreateDirectory(Path.Combine(Root, name)).FullName;

    /// <summary>A path of the repository, which holds the solution.</summary>
    public static string Repository(string relative)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Cppo.Pipeline.sln")))
        {
            directory = directory.Parent;
        }

        return Path.Combine(directory?.FullName ?? throw new InvalidOperationException("This runs outside the repository."), relative);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
