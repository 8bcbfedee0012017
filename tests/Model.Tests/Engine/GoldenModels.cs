using Cppo.Model.Weights;

namespace Cppo.Model.Tests.Engine;

/// <summary>The directory of reference numbers: CPPO_GOLDEN, else tests/golden of this repository.</summary>
internal static class GoldenModels
{
    private const string Suffix = "_golden.safetensors";

    internal static string Directory { get; } =
        Environment.GetEnvironmentVariable("CPPO_GOLDEN") is { Length: > 0 } path ? path : RepositoryGolden();

    /// <summary>
    /// Every file of expected values with each checkpoint that it holds for, as paths from <see cref="Directory"/>: F/X_golden goes with
    /// F/X, F/X_fp32 and F/X_fp32_sharded, whatever family F and model X lie there.
    /// </summary>
    internal static IEnumerable<(string Golden, string Checkpoint)> Checkpoints() =>
        from family in System.IO.Directory.GetDirectories(Directory).Order(StringComparer.Ordinal)
        from file in System.IO.Directory.GetFiles(family, "*" + Suffix).Order(StringComparer.Ordinal)
        let name = Path.Combine(Path.GetFileName(family), Path.GetFileName(file)[..^Suffix.Length])
        from checkpoint in new[] { name, name + "_fp32", name + "_fp32_sharded" }
        where System.IO.Directory.Exists(CheckpointPath(checkpoint))
        select (name, checkpoint);

    /// <summary>Models with a second config.json in the key names of transformers 5: F/X with F/X_fp32 and F/X_config_v5.json.</summary>
    internal static IEnumerable<string> WithNewerKeys() =>
        Checkpoints().Select(model => model.Golden).Distinct().Where(name => File.Exists(NewerConfigPath(name)));

    internal static string NewerConfigPath(string name) => Path.Combine(Directory, name + "_config_v5.json");

    internal static SafetensorsReader Open(string name) => SafetensorsReader.Open(Path.Combine(Directory, name + Suffix));

    internal static string CheckpointPath(string name) => Path.Combine(Directory, name);

    internal static string GradientsPath(string name) => Path.Combine(Directory, name + "_grads.safetensors");

    private static string RepositoryGolden()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Cppo.Pipeline.sln")))
        {
            root =
                Path.GetDirectoryName(root)
                ?? throw new DirectoryNotFoundException("The tests do not run inside the repository; set CPPO_GOLDEN.");
        }

        return Path.Combine(root, "tests", "golden");
    }
}
