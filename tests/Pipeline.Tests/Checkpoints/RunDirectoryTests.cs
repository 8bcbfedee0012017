using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Checkpoints;

public sealed class RunDirectoryTests
{
    private const string Config =
        """{"run":{"name":"a","seed":1,"resume":false},"update":{"learningRate":1e-5,"devices":["cpu"]},"evaluation":{"every":0}}""";

    [Fact]
    public void Create_makes_the_directory_and_writes_the_configuration()
    {
        using var directory = new TemporaryDirectory();
        using var run = RunDirectory.Create(directory.Of("runs", "a"), Config);
        Assert.Equal(Config, File.ReadAllText(Path.Combine(run.DirectoryPath, "config.json")));
    }

    [Theory]
    [InlineData("metrics.jsonl")]
    [InlineData("notes.txt")]
    public void Create_in_a_directory_that_holds_anything_is_refused_and_changes_nothing(string file)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.Of(file), "mine");
        var error = Assert.Throws<RunDirectoryException>(() => RunDirectory.Create(directory.Path, Config));
        Assert.Contains("already holds a run", error.Message, StringComparison.Ordinal);
        Assert.Contains("--set run.name=", error.Message, StringComparison.Ordinal);
        Assert.Contains("--set run.resume=true", error.Message, StringComparison.Ordinal);
        Assert.Equal([directory.Of(file)], Directory.EnumerateFileSystemEntries(directory.Path));
    }

    [Fact]
    public void Create_where_a_file_stands_is_refused()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.Of("a"), "");
        Assert.Contains(
            "is a file",
            Assert.Throws<RunDirectoryException>(() => RunDirectory.Create(directory.Of("a"), Config)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "cannot be made",
            Assert.Throws<RunDirectoryException>(() => RunDirectory.Create(directory.Of("a", "b"), Config)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Resume_while_another_holds_the_run_is_refused_and_allowed_afterwards()
    {
        using var directory = new TemporaryDirectory();
        using (RunDirectory.Create(directory.Path, Config))
        {
            Assert.Contains(
                "in use by another process",
                Assert.Throws<RunDirectoryException>(() => RunDirectory.Resume(directory.Path, Config)).Message,
                StringComparison.Ordinal
            );
        }

        using var again = RunDirectory.Resume(directory.Path, Config);
        Assert.Equal(directory.Path, again.DirectoryPath);
    }

    [Fact]
    public void Resume_where_no_run_is_is_refused_and_makes_nothing()
    {
        using var directory = new TemporaryDirectory();
        var error = Assert.Throws<RunDirectoryException>(() => RunDirectory.Resume(directory.Of("a"), Config));
        Assert.Contains("holds no run to resume", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(directory.Of("a")));
    }

    [Fact]
    public void Resume_with_another_configuration_is_refused_and_names_the_keys()
    {
        using var directory = new TemporaryDirectory();
        RunDirectory.Create(directory.Path, Config).Dispose();
        string other = Config
            .Replace("1e-5", "2e-5", StringComparison.Ordinal)
            .Replace("\"seed\":1", "\"seed\":3", StringComparison.Ordinal);
        var error = Assert.Throws<RunDirectoryException>(() => RunDirectory.Resume(directory.Path, other));
        Assert.Contains("run.seed (was 1, is 3), update.learningRate (was 1e-5, is 2e-5)", error.Message, StringComparison.Ordinal);
        Assert.Equal(Config, File.ReadAllText(directory.Of("config.json")));
        RunDirectory.Resume(directory.Path, Config).Dispose();
    }

    [Fact]
    public void Resume_may_reach_a_reward_in_another_way_but_not_change_it()
    {
        static string With(string part) => """{"run":{"name":"a"},"reward":{"parts":[{"name":"judge","weight":0.5""" + part + "}]}}";
        string before = With(""","url":"http://a/","retries":4""");
        Assert.Equal(ConfigKeys.Hash(before), ConfigKeys.Hash(With(""","url":"http://b/","timeoutSeconds":60,"headers":{"X-A":"b"}""")));
        Assert.Equal(ConfigKeys.Hash(before), ConfigKeys.Hash(With("")));
        Assert.Empty(ConfigKeys.Differences(before, With("")));
        Assert.NotEqual(ConfigKeys.Hash(before), ConfigKeys.Hash(before.Replace("0.5", "0.25", StringComparison.Ordinal)));
        Assert.NotEqual(ConfigKeys.Hash(before), ConfigKeys.Hash(With(""","type":"A.B" """)));
    }

    [Fact]
    public void Resume_may_change_what_does_not_determine_the_numbers()
    {
        using var directory = new TemporaryDirectory();
        RunDirectory.Create(directory.Path, Config).Dispose();
        string other = Config
            .Replace("\"every\":0", "\"every\":10", StringComparison.Ordinal)
            .Replace("\"resume\":false", "\"resume\":true", StringComparison.Ordinal);
        using var run = RunDirectory.Resume(directory.Path, other);
        Assert.Equal(other, File.ReadAllText(directory.Of("config.json")));
        Assert.Equal(ConfigKeys.Hash(Config), ConfigKeys.Hash(other));
    }

    [Fact]
    public void Hash_ignores_the_order_of_keys_and_sees_every_determining_value()
    {
        string reordered =
            """{"update":{"devices":["cpu"],"learningRate":1e-5},"evaluation":{"every":0},"run":{"seed":1,"name":"a","resume":false}}""";
        Assert.Equal(ConfigKeys.Hash(Config), ConfigKeys.Hash(reordered));
        Assert.NotEqual(
            ConfigKeys.Hash(Config),
            ConfigKeys.Hash(Config.Replace("[\"cpu\"]", "[\"cpu\",\"cpu\"]", StringComparison.Ordinal))
        );
    }

    [Fact]
    public void RemoveCompletionsFrom_removes_the_updates_to_come_and_nothing_else()
    {
        using var directory = new TemporaryDirectory();
        using var run = RunDirectory.Create(directory.Path, Config);
        run.RemoveCompletionsFrom(0);
        foreach (string name in new[] { "step=000001", "step=000009", "step=000010", "step=1000000", "notes" })
        {
            File.WriteAllText(
                Path.Combine(Directory.CreateDirectory(Path.Combine(run.CompletionsDirectory, name)).FullName, "part-0.parquet"),
                "rows"
            );
        }

        string[] files = ["step-000002.parquet", "step-000009.parquet", "step-1000000.parquet", "step-000009.parquet.tmp", "step-by.txt"];
        foreach (string name in files)
        {
            File.WriteAllText(Path.Combine(run.CompletionsDirectory, name), "rows");
        }

        run.RemoveCompletionsFrom(9);
        Assert.Equal(
            ["notes", "step-000002.parquet", "step-by.txt", "step=000001"],
            Directory.EnumerateFileSystemEntries(run.CompletionsDirectory).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }
}
