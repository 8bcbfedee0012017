namespace Cppo.Chaos.Runs;

/// <summary>Files of the repository that this program is built in.</summary>
internal static class Repository
{
    /// <summary>The directory that holds the solution.</summary>
    public static string Root { get; } = Find();

    /// <summary>The assembly of tests/SampleRewards, of the same build configuration as this one.</summary>
    public static string SampleRewards { get; } = Output("SampleRewards");

    /// <summary>This program, with all that it needs beside it; a test that calls it lies elsewhere.</summary>
    public static string Chaos { get; } = Output("Chaos");

    private static string Output(string project) =>
        Path.Combine(Root, "tests", project, "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", $"{project}.dll");

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Cppo.Pipeline.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("It runs outside the repository.");
    }
}
