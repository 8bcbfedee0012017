using System.Text.Json;
using System.Xml.Linq;
using Cppo.Pipeline.Tests.Configuration;

namespace Cppo.Packages.Tests.Feed;

/// <summary>A project of a user's that has the packages from the feed, and nothing of the repository.</summary>
[Collection(FeedTests.Name)]
public class ConsumerTests(LocalFeed feed)
{
    /// <summary>The packages whose READMEs show C#.</summary>
    private static readonly string[] Shown = ["Cppo.Rewards", "Cppo.Stages", "Cppo.Model", "Cppo.Pipeline"];

    [Fact]
    public async Task A_program_of_ones_own_has_all_from_Cppo_Pipeline_and_the_engine_torch_where_its_packages_are_added()
    {
        string folder = feed.Folder("consumer");
        bool hasTorch = Directory.Exists(Path.Combine(LocalFeed.MachinePackages, LibTorch, LibTorchVersion));
        string torch = hasTorch
            ? $"""
                    <PackageReference Include="Cppo.Model.Torch" Version="{feed.Version}" />
                        <PackageReference Include="{LibTorch}" Version="{LibTorchVersion}" />
                """
            : "";
        Write(folder, $"""<PackageReference Include="Cppo.Pipeline" Version="{feed.Version}" />{torch}""");
        var examples = Shown.Select(ReadmeExample.Of).ToArray();
        foreach (var example in examples)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, $"{example.ClassName}.cs"), example.Source());
        }

        await File.WriteAllTextAsync(
            Path.Combine(folder, "Program.cs"),
            $$"""
            if (args is ["examples", var model, var data])
            {
                {{string.Join("\n    ", examples.Select(example => $"await {example.ClassName}.RunAsync([model, data]);"))}}
                return 0;
            }

            return await Cppo.Pipeline.ProgramEntry.RunAsync(args);

            """
        );
        await Command.MustAsync(folder, "dotnet", "build", "-nologo", "-verbosity:quiet", "-nodeReuse:false", "--tl:off");
        AssertPackagesAreOfTheFeed(folder, "Cppo.Model", "Cppo.Pipeline", "Cppo.Rewards", "Cppo.Stages");
        string program = Path.Combine(folder, "bin", "Debug", "net10.0", "Consumer.dll");
        Assert.Contains(
            "Microsoft.AspNetCore.App",
            await File.ReadAllTextAsync(Path.ChangeExtension(program, ".runtimeconfig.json")),
            StringComparison.Ordinal
        );

        string said = await Command.MustAsync(
            folder,
            "dotnet",
            program,
            "examples",
            Repository.Path("data/base-model"),
            Repository.Path("data/train.csv")
        );
        Assert.Contains("short: 1, 2 tokens\n", said.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("Equal: ", said, StringComparison.Ordinal);
        Assert.Matches("(?m)^tokens +[0-9]+", said);

        var (code, output) = await Command.RunAsync(folder, "dotnet", [program, .. ToolTests.Training("--set", "model.engine=torch")]);
        if (hasTorch)
        {
            Assert.True(code == 0, output);
            Assert.NotEmpty(ToolTests.Weights(output));
        }
        else
        {
            Assert.Equal(2, code);
            Assert.Contains("reference the packages Cppo.Model.Torch", output, StringComparison.Ordinal);
        }
    }

    /// <summary>A reward needs the one small package, and trains in the program as it was built.</summary>
    [Fact]
    public async Task A_reward_of_ones_own_is_built_with_Cppo_Rewards_alone()
    {
        string folder = feed.Folder("reward");
        Write(
            folder,
            $"""<PackageReference Include="Cppo.Rewards" Version="{feed.Version}" ExcludeAssets="runtime" />""",
            "<OutputType>Library</OutputType><EnableDynamicLoading>true</EnableDynamicLoading>"
        );
        var example = ReadmeExample.Of("Cppo.Rewards");
        await File.WriteAllTextAsync(Path.Combine(folder, "Reward.cs"), example.Source());
        await Command.MustAsync(folder, "dotnet", "build", "-nologo", "-verbosity:quiet", "-nodeReuse:false", "--tl:off");
        AssertPackagesAreOfTheFeed(folder, "Cppo.Rewards");
        string built = Path.Combine(folder, "bin", "Debug", "net10.0");
        Assert.False(File.Exists(Path.Combine(built, "Cppo.Rewards.dll")));
        string parts = JsonSerializer.Serialize(new[] { new { name = "brevity", assembly = Path.Combine(built, "Consumer.dll") } });
        string program = Repository.Path($"bin/{LocalFeed.Configuration}/net10.0/Cppo.Pipeline.dll");
        string output = await Command.MustAsync(
            folder,
            "dotnet",
            [program, .. ToolTests.Training("--set", $"reward.parts={parts}", "--set", "run.updates=1")]
        );
        Assert.NotEmpty(ToolTests.Weights(output));
    }

    private static string LibTorch => $"libtorch-cpu-{LocalFeed.ThisSystem}";

    private static string LibTorchVersion { get; } =
        XDocument.Load(Repository.Path("Directory.Packages.props")).Descendants("LibTorchVersion").Single().Value;

    private void Write(string folder, string references, string properties = "<OutputType>Exe</OutputType>")
    {
        feed.WriteConfig(folder);
        // Nothing of a directory above it counts.
        foreach (string file in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
        {
            File.WriteAllText(Path.Combine(folder, file), "<Project />");
        }

        File.WriteAllText(
            Path.Combine(folder, "Consumer.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                {properties}
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <InvariantGlobalization>true</InvariantGlobalization>
                <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                {references}
              </ItemGroup>
            </Project>
            """
        );
    }

    /// <summary>An older package of ours in a cache would be a silent stand-in for what was just packed.</summary>
    private void AssertPackagesAreOfTheFeed(string folder, params string[] packages)
    {
        using var assets = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "obj", "project.assets.json")));
        string[] ours =
        [
            .. assets
                .RootElement.GetProperty("libraries")
                .EnumerateObject()
                .Select(library => library.Name)
                .Where(name => name.StartsWith("Cppo.", StringComparison.OrdinalIgnoreCase)),
        ];
        Assert.All(packages, package => Assert.Contains($"{package}/{feed.Version}", ours));
        Assert.All(ours, name => Assert.EndsWith($"/{feed.Version}", name, StringComparison.Ordinal));
    }
}
