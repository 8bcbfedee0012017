using System.Xml.Linq;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Tests.Configuration;

namespace Cppo.Packages.Tests.Feed;

/// <summary>What lies in the packages, and what they ask for.</summary>
[Collection(FeedTests.Name)]
public class PackageContentTests(LocalFeed feed)
{
    private static readonly string[] Libraries = ["Cppo.Model", "Cppo.Model.Torch", "Cppo.Pipeline", "Cppo.Rewards", "Cppo.Stages"];

    public static TheoryData<string> AllLibraries => [.. Libraries];

    [Fact]
    public void There_is_a_package_for_each_library_and_two_of_the_tool() =>
        Assert.Equal(
            Libraries.Append("Cppo.Tool").Append($"Cppo.Tool.{LocalFeed.ThisSystem}").Order(StringComparer.Ordinal),
            Directory
                .GetFiles(feed.Path, "*.nupkg")
                .Select(file => Path.GetFileName(file).Replace($".{feed.Version}.nupkg", "", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        );

    [Theory]
    [MemberData(nameof(AllLibraries))]
    public void A_library_is_its_assembly_its_documentation_and_what_must_be_said(string package)
    {
        string[] expected =
        [
            $"{package}.nuspec",
            "LICENSE",
            "README.md",
            "THIRD-PARTY-NOTICES.md",
            $"lib/net10.0/{package}.dll",
            $"lib/net10.0/{package}.xml",
            // The page of view and of reports lies in this assembly, and it is made of others' work, too.
            .. package == "Cppo.Pipeline" ? (string[])["licenses/web/LICENCES.txt"] : [],
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), feed.Files(package));
        Assert.True(File.Exists(Path.Combine(feed.Path, $"{package}.{feed.Version}.snupkg")), "There are no symbols.");
    }

    [Theory]
    [MemberData(nameof(AllLibraries))]
    [InlineData("Cppo.Tool")]
    public void A_package_says_what_it_is_under_which_licence_and_nothing_of_the_machine(string package)
    {
        var metadata = feed.Metadata(package);
        Assert.Equal("Apache-2.0", Value(metadata, "license"));
        Assert.Equal("README.md", Value(metadata, "readme"));
        Assert.Equal("The Cppo.Pipeline authors", Value(metadata, "authors"));
        Assert.Contains("cppo", Value(metadata, "tags"), StringComparison.Ordinal);
        Assert.InRange(Value(metadata, "description").Length, 60, 400);
        Assert.Null(Element(metadata, "repository"));
        Assert.Null(Element(metadata, "projectUrl"));
        Assert.DoesNotContain(Repository.Path(""), metadata.ToString(), StringComparison.Ordinal);
        Assert.StartsWith($"# {package}", feed.Read(package, "README.md"), StringComparison.Ordinal);
    }

    /// <summary>
    /// Packages of one version belong together: Cppo.Model shows others what is not public. So a package wants another of ours in
    /// just its own version.
    /// </summary>
    [Theory]
    [InlineData("Cppo.Rewards", "", "")]
    [InlineData("Cppo.Stages", "", "FSharp.Core")]
    [InlineData("Cppo.Model", "Cppo.Stages", "FSharp.Core Microsoft.ML.Tokenizers System.IO.Hashing")]
    [InlineData("Cppo.Model.Torch", "Cppo.Model", "FSharp.Core TorchSharp")]
    [InlineData(
        "Cppo.Pipeline",
        "Cppo.Model Cppo.Rewards Cppo.Stages",
        "CsvHelper DuckDB.NET.Data.Full FSharp.Core Google.Protobuf OpenTelemetry.Exporter.OpenTelemetryProtocol Parquet.Net "
            + "Spectre.Console System.CommandLine"
    )]
    [InlineData("Cppo.Tool", "", "")]
    public void A_package_asks_for_what_it_needs_and_for_no_libtorch(string package, string ours, string others)
    {
        var asked = feed.Metadata(package)
            .Descendants()
            .Where(element => element.Name.LocalName == "dependency")
            .Select(element => (Id: element.Attribute("id")!.Value, Version: element.Attribute("version")!.Value))
            .ToLookup(dependency => dependency.Id.StartsWith("Cppo.", StringComparison.Ordinal));
        Assert.Equal(Words(ours), asked[true].Select(dependency => dependency.Id).Order(StringComparer.Ordinal));
        Assert.All(asked[true], dependency => Assert.Equal($"[{feed.Version}]", dependency.Version));
        Assert.Equal(Words(others), asked[false].Select(dependency => dependency.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_pipeline_brings_the_framework_of_views_server() =>
        Assert.Equal(
            "Microsoft.AspNetCore.App",
            Assert
                .Single(feed.Metadata("Cppo.Pipeline").Descendants(), element => element.Name.LocalName == "frameworkReference")
                .Attribute("name")!
                .Value
        );

    /// <summary>Attributes say what a key means; editors read the documentation file.</summary>
    [Fact]
    public void Each_configuration_key_is_documented_in_the_package()
    {
        var members = XDocument
            .Parse(feed.Read("Cppo.Pipeline", "lib/net10.0/Cppo.Pipeline.xml"))
            .Descendants("member")
            .ToDictionary(member => member.Attribute("name")!.Value, member => member.Value);
        string[] keys =
        [
            .. typeof(PipelineConfig)
                .Assembly.GetExportedTypes()
                .Where(type => type.Namespace == typeof(PipelineConfig).Namespace && type.Name.EndsWith("Config", StringComparison.Ordinal))
                .SelectMany(type => type.GetProperties().Select(property => $"P:{type.FullName}.{property.Name}")),
        ];
        Assert.InRange(keys.Length, 100, 1000);
        Assert.All(keys, key => Assert.NotEmpty(members[key]));
        Assert.Contains("questions to train on", members["P:Cppo.Pipeline.Configuration.DataConfig.Train"], StringComparison.Ordinal);
    }

    [Fact]
    public void The_tool_has_one_library_of_DuckDB_and_the_licences_of_all_that_it_carries()
    {
        string root = $"tools/net10.0/{LocalFeed.ThisSystem}/";
        var files = feed.Files($"Cppo.Tool.{LocalFeed.ThisSystem}");
        Assert.Single(files, file => Path.GetFileName(file) is "libduckdb.so" or "libduckdb.dylib" or "duckdb.dll");
        Assert.DoesNotContain(files, file => file.Contains("/runtimes/", StringComparison.Ordinal));
        Assert.DoesNotContain(
            files,
            file => file.Contains("torch", StringComparison.OrdinalIgnoreCase) && file.EndsWith(".dll", StringComparison.Ordinal)
        );
        foreach (
            string file in (string[])
                [
                    "LICENSE",
                    "THIRD-PARTY-NOTICES.md",
                    "licenses/Microsoft.ML.Tokenizers/LICENSE",
                    "licenses/DuckDB.NET.Bindings.Full/LICENSE-DuckDB.txt",
                    "licenses/web/LICENCES.txt",
                    "Cppo.Pipeline.dll",
                ]
        )
        {
            Assert.Contains(root + file, files);
        }

        // Of the program's own project: its host, and what that would read.
        Assert.DoesNotContain(files, file => Path.GetFileName(file) is "Cppo.Pipeline" or "Cppo.Pipeline.exe");
        Assert.Equal(
            [$"{root}cppo.runtimeconfig.json"],
            files.Where(file => file.EndsWith(".runtimeconfig.json", StringComparison.Ordinal))
        );
        Assert.Contains(
            "Name=\"cppo\"",
            feed.Read($"Cppo.Tool.{LocalFeed.ThisSystem}", $"{root}DotnetToolSettings.xml"),
            StringComparison.Ordinal
        );
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static XElement? Element(XElement metadata, string name) =>
        metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name);

    private static string Value(XElement metadata, string name) => Element(metadata, name)?.Value ?? "";
}
