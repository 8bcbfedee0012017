namespace Cppo.Packages.Tests.Feed;

/// <summary>The tool, installed once from the feed alone.</summary>
public sealed class InstalledTool(LocalFeed feed) : IAsyncLifetime
{
    /// <summary>The command's path.</summary>
    public string Path { get; private set; } = "";

    async Task IAsyncLifetime.InitializeAsync()
    {
        string folder = feed.Folder("tool");
        feed.WriteConfig(folder);
        string installed = await Command.MustAsync(
            folder,
            "dotnet",
            "tool",
            "install",
            "Cppo.Tool",
            "--version",
            feed.Version,
            "--tool-path",
            System.IO.Path.Combine(folder, "bin"),
            "--configfile",
            System.IO.Path.Combine(folder, "NuGet.config")
        );
        Assert.Contains("cppo", installed, StringComparison.Ordinal);
        Path = System.IO.Path.Combine(folder, "bin", OperatingSystem.IsWindows() ? "cppo.exe" : "cppo");
    }

    Task IAsyncLifetime.DisposeAsync() => Task.CompletedTask;
}
