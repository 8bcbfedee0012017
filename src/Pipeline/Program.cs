namespace Cppo.Pipeline;

/// <summary>A class by name: of top-level statements ASP.NET makes a public one, which every user of the package would see.</summary>
internal static class MainProgram
{
    private static Task<int> Main(string[] args) => ProgramEntry.RunAsync(args);
}
