using System.Reflection;

namespace Cppo.Pipeline.Files;

/// <summary>How the user, who called this program, calls it again.</summary>
internal static class ProgramCall
{
    private const string Name = "Cppo.Pipeline";
    private const string Project = $"{Name}.csproj";

    /// <summary>The .NET tool's assembly and its command.</summary>
    private const string Tool = "cppo";

    /// <summary>The assembly that the process began with: the program's, the tool's, or one that has the program as a library.</summary>
    public static string Entry { get; } = Assembly.GetEntryAssembly()?.GetName().Name ?? Name;

    /// <summary>What stands before a command, for a shell in the current directory. Example: <c>dotnet run --</c>.</summary>
    public static string Prefix { get; } =
        Of(
            Directory.GetCurrentDirectory(),
            AppContext.BaseDirectory,
            Environment.ProcessPath,
            Entry,
            Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        );

    /// <summary>The call of a command. Example: <c>dotnet run -- chat runs/default</c>.</summary>
    public static string Of(string command) => $"{Prefix} {command}";

    /// <summary>
    /// <c>dotnet run --</c> where that builds and runs this very program: beside its project, from the project's own build. The tool's
    /// command where the tool runs, with its path unless one of the directories where commands are looked for has it, and
    /// <c>dotnet cppo</c> where it is a tool of the directory. Otherwise the file that runs, or where that is the .NET host, the host
    /// with the assembly.
    /// </summary>
    internal static string Of(
        string current,
        string programDirectory,
        string? process,
        string entry = Name,
        IReadOnlyList<string>? commandDirectories = null
    )
    {
        bool isBuild =
            entry == Name
            && programDirectory.StartsWith(Path.Combine(current, "bin") + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        if (isBuild && File.Exists(Path.Combine(current, Project)))
        {
            return "dotnet run --";
        }

        bool isTool = entry == Tool;
        if (!IsNamed(process, entry))
        {
            return isTool ? $"dotnet {Tool}" : $"dotnet {Shown(Path.Combine(programDirectory, $"{entry}.dll"))}";
        }

        return isTool && commandDirectories?.Contains(Path.GetDirectoryName(process)) == true ? Tool : Shown(process!);

        string Shown(string file)
        {
            string below = Path.GetRelativePath(current, file);
            bool isBelow = !Path.IsPathRooted(below) && !below.StartsWith("..", StringComparison.Ordinal);
            return ShellWord.Quote(isBelow ? Path.Combine(".", below) : file);
        }
    }

    private static bool IsNamed(string? process, string name) =>
        Path.GetFileName(process) is { } file && (file == name || file == $"{name}.exe");
}
