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
    [InlineData("config.json", "already holds a run", "--set run.resume=true")]
    [InlineData("metrics.jsonl", "holds files that are no run's", "config.json is missing")]
    [InlineData("notes.txt", "holds files that are no run's", "--set run.name=")]
    [InlineData("thesis.tmp", "holds files that are no run's", "--set run.name=")]
    public void Create_in_a_directory_that_holds_anything_is_refused_and_changes_nothing(string file, string what, string remedy)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.Of(file), "mine");
        var error = Assert.Throws<RunDirectoryException>(() => RunDirectory.Create(directory.Path, Config));
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, error.Message, StringComparison.Ordinal);
        Assert.Contains("--set run.name=", error.Message, StringComparison.Ordinal);
        Assert.Equal([directory.Of(file)], Directory.EnumerateFileSystemEntries(directory.Path));
    }

    [Fact]
    public void Continue_removes_what_was_being_written_and_leaves_what_is_another_s()
    {
        using var directory = new TemporaryDirectory();
        RunDirectory.Create(directory.Path, Config).Dispose();
        string[] left = ["metrics.jsonl.tmp", "report.html.tmp", "completions/step-000000.parquet.tmp"],
            directories = ["model.tmp", "model.removed.tmp", "model.replaced.tmp", "completions.removed.tmp", "checkpoints.removed.tmp"],
            others = ["notes.tmp", "completions/notes.tmp"];
        Directory.CreateDirectory(directory.Of("completions"));
        foreach (string file in left.Concat(others))
        {
            File.WriteAllText(directory.Of(file), "half");
        }

        foreach (string name in directories)
        {
            Directory.CreateDirectory(directory.Of(name));
            File.WriteAllText(directory.Of(name, "config.json"), "half");
        }

        using var run = RunDirectory.Resume(directory.Path, Config);
        Assert.True(File.Exists(directory.Of(left[0])));
        run.Continue(updates: 3);
        Assert.Equal(3, run.SavedUpdates);
        Assert.Equal(
            others.Select(file => directory.Of(file)),
            Directory
                .EnumerateFileSystemEntries(directory.Path, "*.tmp", SearchOption.AllDirectories)
                .OrderDescending(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Restart_removes_the_run_alone_and_only_where_there_is_one_that_nothing_of_it_is_needed()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.Of("thesis.txt"), "mine");
        Assert.Contains(
            "holds files that are no run's",
            Assert.Throws<RunDirectoryException>(() => RunFiles.RequireRestartable(directory.Path, [])).Message,
            StringComparison.Ordinal
        );
        RunFiles.RequireRestartable(directory.Of("none"), []);
        string path = directory.Of("a");
        RunDirectory.Create(path, Config).Dispose();
        foreach (string file in new[] { "model/config.json", "completions/step-000000.parquet", "metrics.jsonl", "notes.txt" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(path, file))!);
            File.WriteAllText(Path.Combine(path, file), "x");
        }

        Assert.Contains(
            "which model.path names",
            Assert
                .Throws<RunDirectoryException>(() => RunFiles.RequireRestartable(path, [("model.path", Path.Combine(path, "model"))]))
                .Message,
            StringComparison.Ordinal
        );
        RunFiles.RequireRestartable(path, [("model.path", directory.Of("ab")), ("data.test.path", "")]);
        RunDirectory.Create(path, Config, restart: true).Dispose();
        Assert.Equal(
            ["config.json", "notes.txt", "run.lock", "saved.json"],
            Directory.EnumerateFileSystemEntries(path).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_run_whose_lock_was_removed_or_replaced_saves_nothing_more(bool isReplaced)
    {
        using var directory = new TemporaryDirectory();
        using var run = RunDirectory.Create(directory.Path, Config);
        run.RequireHeld();
        run.RecordSaved(1);
        File.Delete(directory.Of("run.lock"));
        using var other = isReplaced ? RunDirectory.Resume(directory.Path, Config) : null;
        other?.Continue(1);
        other?.RequireHeld();
        var error = Assert.Throws<RunDirectoryException>(() => run.RecordSaved(2));
        Assert.StartsWith($"{directory.Of("run.lock")} was removed or replaced", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, run.SavedUpdates);
    }

    [Fact]
    public void A_run_of_a_program_without_records_had_a_checkpoint_where_its_model_or_its_metrics_say_so()
    {
        using var directory = new TemporaryDirectory();
        string config = Config.Replace("\"evaluation\"", "\"checkpoint\":{\"every\":5},\"evaluation\"", StringComparison.Ordinal);
        using var run = RunDirectory.Create(directory.Path, config);
        Assert.False(run.HadCheckpoint(6));
        File.Delete(directory.Of("saved.json"));
        Assert.Equal((false, true), (run.HadCheckpoint(5), run.HadCheckpoint(6)));
        Directory.CreateDirectory(run.ModelDirectory);
        Assert.True(run.HadCheckpoint(1));
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
        Assert.Equal(Config, File.ReadAllText(directory.Of("config.json")));
        run.Continue(null);
        Assert.Equal(other, File.ReadAllText(directory.Of("config.json")));
        Assert.Equal(ConfigKeys.Hash(Config), ConfigKeys.Hash(other));
    }

    [Fact]
    public void Keys_that_were_renamed_or_added_change_neither_the_hash_nor_the_differences_of_a_run_of_before()
    {
        const string before = """{"model":{"path":"m","referencePath":"r","threads":0},"objective":{"beta":0.04},"rollout":{"group":4}}""";
        const string now = """
            {"run":{"memoryLimit":8},"model":{"path":"m","reference":{"path":"r","precision":"fp32"}},"objective":{"beta":0.04},
            "rollout":{"group":4,"precision":"fp32"},"update":{"momentPrecision":"fp32","collective":"mpi"}}
            """;
        Assert.Equal("24cae523", ConfigKeys.Hash(before)[..8]);
        Assert.Equal(ConfigKeys.Hash(before), ConfigKeys.Hash(now));
        Assert.Empty(ConfigKeys.Differences(before, now));
        string other = now.Replace("\"r\"", "\"s\"", StringComparison.Ordinal)
            .Replace("\"fp32\"", "\"bf16\"", StringComparison.Ordinal)
            .Replace("\"mpi\"", "\"nccl\"", StringComparison.Ordinal);
        Assert.Equal(
            [
                "model.reference.path (was \"r\", is \"s\")",
                "model.reference.precision (was unset, is \"bf16\")",
                "rollout.precision (was unset, is \"bf16\")",
                "update.collective (was unset, is \"nccl\")",
                "update.momentPrecision (was unset, is \"bf16\")",
            ],
            ConfigKeys.Differences(before, other).Order(StringComparer.Ordinal)
        );
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
