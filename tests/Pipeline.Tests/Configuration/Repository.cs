namespace Cppo.Pipeline.Tests.Configuration;

/// <summary>Files of the repository.</summary>
internal static class Repository
{
    /// <summary>The path of a file from its path relative to the root, which is the directory that holds the solution.</summary>
    public static string Path(string relative)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(System.IO.Path.Combine(directory.FullName, "Cppo.Pipeline.sln")))
        {
            directory = directory.Parent;
        }

        return System.IO.Path.Combine(
            directory?.FullName ?? throw new InvalidOperationException("The tests run outside the repository."),
            relative
        );
    }
}
