namespace Cppo.Pipeline.Files;

/// <summary>How the user, who called this program, calls it again.</summary>
internal static class ProgramCall
{
    private const string Name = "Cppo.Pipeline";
    private const string Project = $"{Name}.csproj";

    /// <summary>What stands before a command, for a shell in the current directory. Example: <c>dotnet run --</c>.</summary>
    public static string Prefix { get; } = Of(Directory.GetCurrentDirectory(), AppContext.BaseDirectory, Environment.ProcessPath);

    /// <summary>The call of a command. Example: <c>dotnet run -- chat runs/default</c>.</summary>
    public static string Of(string command) => $"{Prefix} {command}";

    /// <summary>
    /// <c>dotnet run --</c> where that builds and runs this very program: beside its project, from the project's own build. Otherwise the
    /// file that runs, or where that is the .NET host, the host with the program's assembly.
    /// </summary>
    internal static string Of(string current, string programDirectory, string? process)
    {
        bool isBuild = programDirectory.StartsWith(Path.Combine(current, "bin") + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        if (isBuild && File.Exists(Path.Combine(current, Project)))
        {
            return "dotnet run --";
        }

        return Path.GetFileName(process) is { } file && (file == Name || file == $"{Name}.exe")
            ? Shown(process!)
            : $"dotnet {Shown(Path.Combine(programDirectory, $"{Name}.dll"))}";

        string Shown(string file)
        {
            string below = Path.GetRelativePath(current, file);
            bool isBelow = !Path.IsPathRooted(below) && !below.StartsWith("..", StringComparison.Ordinal);
            return ShellWord.Quote(isBelow ? Path.Combine(".", below) : file);
        }
    }
}
