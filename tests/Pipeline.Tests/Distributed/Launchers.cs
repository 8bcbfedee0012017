namespace Cppo.Pipeline.Tests.Distributed;

/// <summary>The launchers of both MPI libraries, as the tests call them.</summary>
internal static class Launchers
{
    /// <summary>Open MPI refuses root, as whom tests may run, without these.</summary>
    public static (string Name, string Value)[] Environment { get; } =
    [("OMPI_ALLOW_RUN_AS_ROOT", "1"), ("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1")];

    /// <summary>What stands before a program that so many ranks are to run.</summary>
    public static string[] Of(string family, int size) =>
        family == "openmpi"
            ? ["mpirun.openmpi", "--oversubscribe", "--bind-to", "none", "-n", $"{size}"]
            : ["mpirun.mpich", "-n", $"{size}"];

    /// <summary>The process of a rank whose command line has a text.</summary>
    public static int ProcessOf(int rank, string text) =>
        Directory
            .EnumerateDirectories("/proc")
            .Select(path => (Path: path, IsProcess: int.TryParse(Path.GetFileName(path), out int number), Number: number))
            .Where(process =>
                process.IsProcess
                && Read(process.Path, "cmdline") is var line
                && line.StartsWith("dotnet\0", StringComparison.Ordinal)
                && line.Contains(text, StringComparison.Ordinal)
            )
            .Single(process =>
                Read(process.Path, "environ")
                    .Split('\0')
                    .Any(variable => variable == $"OMPI_COMM_WORLD_RANK={rank}" || variable == $"PMI_RANK={rank}")
            )
            .Number;

    private static string Read(string process, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, file));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
