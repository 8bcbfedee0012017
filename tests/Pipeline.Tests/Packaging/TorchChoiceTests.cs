using System.Text.Json;

namespace Cppo.Pipeline.Tests.Packaging;

/// <summary>Torch.targets: which libtorch a build of the program carries. Nothing is restored or built here.</summary>
public sealed class TorchChoiceTests : IDisposable
{
    private const string Linux = "-p:RuntimeIdentifier=linux-x64";
    private readonly string folder = Directory.CreateTempSubdirectory("cppo-torch-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(null, null, new string[0])]
    [InlineData("none", null, new string[0])]
    [InlineData("cpu", null, new[] { "Cppo.Model.Torch", "libtorch-cpu-linux-x64" })]
    [InlineData("cuda", null, new[] { "Cppo.Model.Torch", "libtorch-cuda-12.8-linux-x64" })]
    [InlineData(null, "cpu", new[] { "Cppo.Model.Torch", "libtorch-cpu-linux-x64" })]
    [InlineData("none", "cpu", new string[0])]
    public async Task A_choice_brings_the_engine_and_one_libtorch(string? property, string? environment, string[] expected)
    {
        string[] choice = property is null ? [] : [$"-p:CppoTorch={property}"];
        var (code, output) = await DotNet.MSBuild(
            environment,
            ["-getItem:PackageReference", "-getItem:ProjectReference", Linux, .. choice]
        );
        Assert.True(code == 0, output);
        using var json = JsonDocument.Parse(output);
        var items = json.RootElement.GetProperty("Items");
        var names = Names(items, "ProjectReference", "Filename").Concat(Names(items, "PackageReference", "Identity"));
        Assert.Equal(expected, names.Where(name => name.Contains("torch", StringComparison.OrdinalIgnoreCase)));
    }

    [Theory]
    [InlineData("none", "linux-arm64", null)]
    [InlineData("cpu", "linux-x64", null)]
    [InlineData("cuda", "win-x64", null)]
    [InlineData("gpu", "linux-x64", "CppoTorch is 'gpu'; it must be none, cpu or cuda (Torch.targets).")]
    [InlineData("cpu", "linux-arm64", "There is no libtorch for linux-arm64; build with CppoTorch=none and use the managed engine.")]
    [InlineData("cuda", "osx-arm64", "There is no libtorch with CUDA for osx-arm64; build with CppoTorch=cpu or none.")]
    public async Task A_choice_that_cannot_be_is_a_build_error(string torch, string system, string? sentence)
    {
        var (code, output) = await DotNet.MSBuild(null, "-t:CheckCppoTorch", $"-p:CppoTorch={torch}", $"-p:RuntimeIdentifier={system}");
        Assert.True(code == 0 == sentence is null, output);
        Assert.Contains(sentence ?? "", output, StringComparison.Ordinal);
    }

    /// <summary>
    /// Checked before packages are looked for: restore asks for the references first, and `dotnet build` begins with a restore.
    /// </summary>
    [Theory]
    [InlineData("-t:CheckCppoTorch")]
    [InlineData("-t:Restore")]
    public async Task Two_libtorchs_are_a_build_error_even_if_one_was_added_by_hand(string target)
    {
        string byHand = Path.Combine(folder, "by-hand.targets");
        await File.WriteAllTextAsync(
            byHand,
            "<Project><ItemGroup><PackageReference Include=\"libtorch-cuda-12.8-linux-x64\" /></ItemGroup></Project>"
        );
        var (code, output) = await DotNet.MSBuild(
            null,
            target,
            "-p:CppoTorch=cpu",
            Linux,
            $"-p:CustomAfterMicrosoftCommonTargets={byHand}",
            $"-p:MSBuildProjectExtensionsPath={folder}/"
        );
        Assert.NotEqual(0, code);
        Assert.Contains("libtorch-cpu-linux-x64 and libtorch-cuda-12.8-linux-x64 exclude each other", output, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Names(JsonElement items, string kind, string metadata) =>
        items.GetProperty(kind).EnumerateArray().Select(item => item.GetProperty(metadata).GetString() ?? "");
}
