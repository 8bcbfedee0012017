using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Checkpoints;

/// <summary>A kill before any change of files while a run's directory is made, or emptied, leaves what one can go on from.</summary>
public sealed class RunDirectoryKillTests
{
    private const string Config = """{"run":{"name":"a","seed":1},"checkpoint":{"every":1}}""";

    [Fact]
    public void Every_kill_while_a_run_is_begun_leaves_what_is_begun_or_resumed()
    {
        for (int allowed = 0, made = 0; made == allowed; allowed++)
        {
            using var directory = new TemporaryDirectory();
            string path = directory.Of("runs", "a");
            made = CreateUntil(path, allowed, restart: false);
            if (File.Exists(Path.Combine(path, "config.json")))
            {
                using var resumed = RunDirectory.Resume(path, Config);
                Assert.False(resumed.HadCheckpoint(numUpdates: 0));
                resumed.Continue(null);
            }
            else
            {
                RunDirectory.Create(path, Config).Dispose();
            }

            Assert.Equal(
                ["config.json", "run.lock", "saved.json"],
                Directory.EnumerateFileSystemEntries(path).Select(Path.GetFileName).Order(StringComparer.Ordinal)
            );
        }
    }

    [Fact]
    public void Every_kill_while_a_run_is_removed_leaves_what_is_restarted_and_never_resumed_in_part()
    {
        for (int allowed = 0, made = 0; made == allowed; allowed++)
        {
            using var directory = new TemporaryDirectory();
            string path = directory.Of("runs", "a");
            using (var run = RunDirectory.Create(path, Config))
            {
                run.RecordSaved(2);
            }

            foreach (string file in new[] { "checkpoints/step-000002/state.json", "completions/step-000000.parquet", "metrics.jsonl" })
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(path, file))!);
                File.WriteAllText(Path.Combine(path, file), "x");
            }

            made = CreateUntil(path, allowed, restart: true);
            if (File.Exists(Path.Combine(path, "config.json")))
            {
                // Checkpoints go in one step, and with them is told that they were there.
                using var resumed = RunDirectory.Resume(path, Config);
                Assert.True(
                    Directory.Exists(resumed.CheckpointsDirectory)
                        || resumed.HadCheckpoint(numUpdates: 2)
                        || !File.Exists(Path.Combine(path, "metrics.jsonl"))
                );
            }

            RunFiles.RequireRestartable(path, []);
            RunDirectory.Create(path, Config, restart: true).Dispose();
            Assert.Equal(
                ["config.json", "run.lock", "saved.json"],
                Directory.EnumerateFileSystemEntries(path).Select(Path.GetFileName).Order(StringComparer.Ordinal)
            );
        }
    }

    /// <summary>How many changes were made before the process was gone; -1 where none was left to be made.</summary>
    private static int CreateUntil(string path, int allowed, bool restart)
    {
        int made = 0;
        using var observed = new ObservedChanges(
            Path.Combine(path, "..", ".."),
            _ => made = made < allowed ? made + 1 : throw new OperationCanceledException()
        );
        try
        {
            RunDirectory.Create(path, Config, restart).Dispose();
            return -1;
        }
        catch (OperationCanceledException)
        {
            return made;
        }
    }
}
