using System.Text.Json;
using Cppo.Pipeline.Tests.Configuration;

namespace Cppo.Pipeline.Tests.Packaging;

public class NoticesTests
{
    /// <summary>
    /// What the program and the engine on TorchSharp bring along, by the libraries that the build wrote down for this assembly.
    /// </summary>
    [Fact]
    public void Every_package_that_the_program_carries_is_in_the_notices_with_its_version()
    {
        var dependencies = DependenciesByLibrary();
        string[] roots =
        [
            .. dependencies.Keys.Where(key =>
                Name(key) is "Cppo.Pipeline" or "Cppo.Model.Torch" || key.StartsWith("libtorch", StringComparison.Ordinal)
            ),
        ];
        var carried = new SortedSet<string>(StringComparer.Ordinal);
        var waiting = new Stack<string>(roots);
        while (waiting.TryPop(out string? library))
        {
            if (carried.Add(library))
            {
                foreach (string dependency in dependencies[library])
                {
                    waiting.Push(dependency);
                }
            }
        }

        string[] packages = [.. carried.Where(key => !Name(key).StartsWith("Cppo.", StringComparison.Ordinal))];
        Assert.Contains(packages, key => Name(key) == "Parquet.Net");
        string notices = File.ReadAllText(Repository.Path("THIRD-PARTY-NOTICES.md"));
        string[] missing =
        [
            .. packages.Where(key =>
                !notices.Contains($"\n| {key.Replace("/", " | ", StringComparison.Ordinal)} | ", StringComparison.Ordinal)
            ),
        ];
        Assert.Empty(missing);
    }

    [Fact]
    public void Licence_files_that_the_notices_name_are_there()
    {
        var named = File.ReadAllText(Repository.Path("THIRD-PARTY-NOTICES.md"))
            .Split('`')
            .Where(part => part.StartsWith("licenses/", StringComparison.Ordinal));
        string[] own =
        [
            .. named.Where(path => path.Count(letter => letter == '/') == 1 && path.EndsWith(".txt", StringComparison.Ordinal)).Distinct(),
        ];
        Assert.Equal(
            Directory.GetFiles(Repository.Path("licenses")).Select(path => "licenses/" + Path.GetFileName(path)).Order(),
            own.Order()
        );
    }

    private static string Name(string library) => library[..library.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>"name/version" of each library to those of what it depends on.</summary>
    private static Dictionary<string, string[]> DependenciesByLibrary()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Pipeline.Tests.deps.json")));
        var libraries = file.RootElement.GetProperty("targets").EnumerateObject().Single().Value;
        return libraries
            .EnumerateObject()
            .ToDictionary(
                library => library.Name,
                library =>
                    library.Value.TryGetProperty("dependencies", out var dependencies)
                        ? dependencies.EnumerateObject().Select(dependency => $"{dependency.Name}/{dependency.Value.GetString()}").ToArray()
                        : []
            );
    }
}
