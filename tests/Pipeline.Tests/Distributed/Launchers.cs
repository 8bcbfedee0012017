using System.Diagnostics;
using Cppo.Pipeline.Tests.Configuration;

namespace Cppo.Pipeline.Tests.Distributed;

/// <summary>The launchers of both MPI libraries, as the tests call them.</summary>
internal static class Launchers
{
    public const string OpenMpi = "openmpi";
    public const string Mpich = "mpich";

    public static readonly IReadOnlyList<string> Families = [OpenMpi, Mpich];

    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>
    /// Open MPI refuses root, as whom tests may run, without the first two; each launcher is to find its own library by itself.
    /// </summary>
    public static (string Name, string Value)[] Environment { get; } =
    [("OMPI_ALLOW_RUN_AS_ROOT", "1"), ("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"), ("CPPO_MPI", "")];

    /// <summary>The program whose ranks suffer what a test tells them.</summary>
    public static string[] RankProgram { get; } =
    ["dotnet", Repository.Path($"tests/RankProgram/bin/{Configuration}/net10.0/RankProgram.dll")];

    /// <summary>Debian's name of the launcher, which tells the two apart where both are installed.</summary>
    public static string CommandOf(string family) => $"mpirun.{family}";

    /// <summary>The library that belongs to a launcher.</summary>
    public static string LibraryOf(string family) => family == OpenMpi ? "libmpi.so.40" : "libmpich.so.12";

    /// <summary>What stands before a program that so many ranks are to run.</summary>
    public static string[] Of(string family, int size) =>
        family == OpenMpi
            ? [CommandOf(family), "--oversubscribe", "--bind-to", "none", "-n", $"{size}"]
            : [CommandOf(family), "-n", $"{size}"];

    /// <summary>The processes of .NET whose command line has a text.</summary>
    public static int[] ProcessesOf(string text) =>
        [
            .. from path in Directory.EnumerateDirectories("/proc")
            where int.TryParse(Path.GetFileName(path), out _)
            let line = Read(path, "cmdline")
            where line.StartsWith("dotnet\0", StringComparison.Ordinal) && line.Contains(text, StringComparison.Ordinal)
            select int.Parse(Path.GetFileName(path), System.Globalization.CultureInfo.InvariantCulture),
        ];

    /// <summary>Kills processes.</summary>
    public static void Kill(IEnumerable<int> numbers)
    {
        foreach (int number in numbers)
        {
            try
            {
                using var process = Process.GetProcessById(number);
                process.Kill();
            }
            catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
            {
                // It has ended by itself.
            }
        }
    }

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
