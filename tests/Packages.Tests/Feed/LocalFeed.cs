using System.IO.Compression;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Xml.Linq;
using Cppo.Model.Tests;
using Cppo.Pipeline;
using Cppo.Pipeline.Tests.Configuration;

namespace Cppo.Packages.Tests.Feed;

/// <summary>
/// The packages of this build in a folder of their own, and in a version that is made up for this test run: no package cache can have
/// one of an earlier build under it.
/// </summary>
public sealed class LocalFeed : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory folder = new();

    /// <summary>Example: <c>0.2.0-test-4f3c...</c>.</summary>
    public string Version { get; } = $"{Release}-test-{Guid.NewGuid():N}";

    /// <summary>The version that the program tells.</summary>
    public static string Release { get; } =
        typeof(ProgramEntry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>Debug or Release: how this test was built, and with it what is packed.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>The tool is packed for this system alone; the others differ in DuckDB's library.</summary>
    public static string ThisSystem { get; } = RuntimeInformation.RuntimeIdentifier;

    /// <summary>Where the build's third-party packages lie.</summary>
    public static string MachinePackages { get; } =
        typeof(LocalFeed)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "NuGetPackageRoot")
            .Value!;

    /// <summary>The folder with the .nupkg files.</summary>
    public string Path => folder.File("feed");

    /// <summary>A folder below the feed's own, which is gone with it; made where it is not there.</summary>
    public string Folder(string name) => Directory.CreateDirectory(folder.File(name)).FullName;

    /// <summary>The files of a package, without what NuGet adds for itself; names as in the package.</summary>
    public IReadOnlyList<string> Files(string package)
    {
        using var archive = Open(package);
        return
        [
            .. archive
                .Entries.Select(entry => entry.FullName)
                .Where(name =>
                    !name.StartsWith("_rels/", StringComparison.Ordinal)
                    && !name.StartsWith("package/", StringComparison.Ordinal)
                    && name != "[Content_Types].xml"
                )
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>What a package says of itself.</summary>
    public XElement Metadata(string package) => XDocument.Parse(Read(package, $"{package}.nuspec")).Root!.Elements().First();

    /// <summary>A text in a package.</summary>
    public string Read(string package, string file)
    {
        using var archive = Open(package);
        using var reader = new StreamReader(archive.GetEntry(file)!.Open());
        return reader.ReadToEnd();
    }

    /// <summary>
    /// A NuGet.config that knows this feed and no other source. What packages of others the feed's ask for is taken from where the build
    /// has them, so that nothing is downloaded; a package of ours there is of another version.
    /// </summary>
    public void WriteConfig(string directory) =>
        File.WriteAllText(
            System.IO.Path.Combine(directory, "NuGet.config"),
            $"""
            <configuration>
              <config>
                <add key="globalPackagesFolder" value="{folder.File("packages")}" />
              </config>
              <packageSources>
                <clear />
                <add key="feed" value="{Path}" />
              </packageSources>
              <fallbackPackageFolders>
                <clear />
                <add key="machine" value="{MachinePackages}" />
              </fallbackPackageFolders>
            </configuration>
            """
        );

    async Task IAsyncLifetime.InitializeAsync() =>
        await Command.MustAsync(
            Repository.Path(""),
            "dotnet",
            "msbuild",
            Repository.Path("src/Packages.proj"),
            "-nologo",
            "-verbosity:quiet",
            "-nodeReuse:false",
            "-target:Pack",
            "-property:BuiltAlready=true",
            $"-property:Configuration={Configuration}",
            $"-property:PackVersion={Version}",
            $"-property:PackageOutputPath={Path}/",
            $"-property:ToolSystems={ThisSystem}"
        );

    Task IAsyncLifetime.DisposeAsync() => Task.CompletedTask;

    public void Dispose() => folder.Dispose();

    private ZipArchive Open(string package) => ZipFile.OpenRead(System.IO.Path.Combine(Path, $"{package}.{Version}.nupkg"));
}

/// <summary>Tests that share one feed.</summary>
[CollectionDefinition(Name)]
public sealed class FeedTests : ICollectionFixture<LocalFeed>
{
    public const string Name = "feed";
}
