using Cppo.Model.Files;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Tests.Telemetry;
using static Cppo.Pipeline.Tests.Checkpoints.CheckpointStoreTests;

namespace Cppo.Pipeline.Tests.Checkpoints;

/// <summary>No damage to a checkpoint is loaded, and what a kill leaves of a save is.</summary>
public sealed class CheckpointDamageTests : IDisposable
{
    private static readonly string[] Files =
    [
        "optimizer.bin",
        "policy/model.safetensors",
        "state.json",
        "version-000001/model.safetensors",
    ];

    private readonly TemporaryDirectory directory = new();
    private readonly CheckpointStore store;
    private readonly string newest;

    public CheckpointDamageTests()
    {
        store = new CheckpointStore(directory.Path, new CheckpointKeeping(Last: 3));
        store.Save(State(1, oldest: 0), Parts("a"));
        newest = store.Save(State(2, oldest: 1), Parts("b"));
    }

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Every_bit_that_is_flipped_is_found_and_its_file_named()
    {
        Assert.Equal(Files, Directory.GetFiles(newest, "*", SearchOption.AllDirectories).Select(NameOf).Order(StringComparer.Ordinal));
        foreach (string file in Files)
        {
            byte[] whole = File.ReadAllBytes(Path.Combine(newest, file));
            for (int at = 0; at < whole.Length; at++)
            {
                byte[] damaged = [.. whole];
                damaged[at] ^= (byte)(1 << (at % 8));
                AssertPassedOver(file, whole, damaged);
            }
        }
    }

    [Fact]
    public void Zeros_and_a_cut_are_found()
    {
        foreach (string file in Files)
        {
            byte[] whole = File.ReadAllBytes(Path.Combine(newest, file));
            AssertPassedOver(file, whole, [.. whole.Take(3), .. new byte[whole.Length - 3]]);
            AssertPassedOver(file, whole, whole[..^1]);
            AssertPassedOver(file, whole, []);
        }
    }

    [Fact]
    public void Numbers_that_contradict_the_run_or_each_other_are_found()
    {
        var states = new Dictionary<string, CheckpointState>
        {
            ["-5 questions asked in 3 updates"] = State(3, oldest: 2) with { NextOrdinal = -5 },
            ["2 questions asked in 3 updates"] = State(3, oldest: 2) with { NextOrdinal = 2 },
            ["has the seed 8, and the run has 7"] = State(3, oldest: 2) with { Seed = 8 },
            ["has 1 as its oldest policy version, which is 2 after 3 updates"] = State(3, oldest: 1),
            ["has a time that is none"] = State(3, oldest: 2) with { ElapsedSeconds = -1 },
        };
        foreach (var (reason, state) in states)
        {
            string path = store.Save(State(3, oldest: 2), Parts("c"));
            File.Delete(Path.Combine(path, "state.json"));
            StateFile.Write(path, state);
            var warnings = new List<string>();
            Assert.Equal(2, Load(store, warnings.Add, staleness: 1)!.State.NextBatch);
            Assert.Contains("state.json ", Assert.Single(warnings), StringComparison.Ordinal);
            Assert.EndsWith(reason, warnings[0], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_checkpoint_without_checksums_must_have_asked_the_questions_that_the_metrics_have()
    {
        var owner = Owner(staleness: 1) with { QuestionsBefore = updates => updates == 2 ? 339 : null };
        Assert.Equal(2, store.LoadNewest(owner, _ => true, _ => { }, Fail).Used!.State.NextBatch);
        EarlierState.Make(newest);
        var warnings = new List<string>();
        Assert.Equal(1, store.LoadNewest(owner, _ => true, _ => { }, warnings.Add).Used!.State.NextBatch);
        Assert.EndsWith(
            "has 340 questions asked, and the metrics of its updates have 339",
            Assert.Single(warnings),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Whatever_numbers_that_make_no_sense_end_in_is_damage_and_lack_of_memory_or_rights_is_not()
    {
        Exception[] damage =
        [
            new InvalidOperationException("x"),
            new OverflowException("x"),
            new ArgumentException("x"),
            new IOException("x"),
        ];
        foreach (var fault in damage)
        {
            var warnings = new List<string>();
            Assert.Equal(1, LoadOrThrow(fault, warnings.Add)!.State.NextBatch);
            Assert.Contains("step-000002 is damaged", Assert.Single(warnings), StringComparison.Ordinal);
        }

        Assert.Throws<InsufficientMemoryException>(() => LoadOrThrow(new InsufficientMemoryException(), Fail));
        Assert.Throws<UnauthorizedAccessException>(() => LoadOrThrow(new UnauthorizedAccessException(), Fail));
        Assert.Throws<OperationCanceledException>(() => LoadOrThrow(new OperationCanceledException(), Fail));

        Loaded? LoadOrThrow(Exception fault, Action<string> warn) =>
            Load(store, warn, staleness: 1, checkpoint => checkpoint.State.NextBatch == 2 ? throw fault : Read(checkpoint));
    }

    [Theory]
    [InlineData("b", ".tmp")]
    [InlineData("b", ".replaced.tmp")]
    [InlineData("c", ".tmp", "b", ".replaced.tmp")]
    [InlineData("b", ".replaced.tmp", "half", ".tmp")]
    [InlineData("half", "", "b", ".tmp")]
    [InlineData("half", "", "b", ".replaced.tmp", "half", ".tmp")]
    public void What_a_kill_within_a_save_left_whole_is_used_and_gets_its_name(params string[] left)
    {
        string second = directory.Of("second");
        Directory.Move(new CheckpointStore(second, new CheckpointKeeping(1)).Save(State(2, oldest: 1), Parts("c")), directory.Of("c"));
        Directory.Move(newest, directory.Of("b"));
        Directory.Delete(second);
        foreach (string[] made in left.Chunk(2))
        {
            if (made[0] == "half")
            {
                Directory.CreateDirectory(newest + made[1]);
                File.WriteAllText(Path.Combine(newest + made[1], "optimizer.bin"), "h");
            }
            else
            {
                Directory.Move(directory.Of(made[0]), newest + made[1]);
            }
        }

        Checkpoint? used = null;
        string? weights = null;
        var choice = store.LoadNewest(Owner(staleness: 1), _ => true, checkpoint => weights = Read(used = checkpoint).Texts[0], _ => { });
        Assert.Equal((2, 2, $"{(left[0] == "c" ? "c" : "b")} weights"), (choice.Newest, used!.State.NextBatch, weights));
        store.Settle(used);
        Assert.Equal(["step-000001", "step-000002"], Names(directory).Where(name => name!.StartsWith("step", StringComparison.Ordinal)));
        Assert.Equal(weights, Load(store, Fail, staleness: 1)!.Texts[0]);
    }

    [Fact]
    public void A_save_that_is_refused_before_its_checkpoint_gets_its_name_leaves_the_others()
    {
        var refusing = new CheckpointStore(directory.Path, new CheckpointKeeping(Last: 1))
        {
            Committing = updates => throw new RunDirectoryException($"not {updates}"),
        };
        Assert.Equal("not 3", Assert.Throws<RunDirectoryException>(() => refusing.Save(State(3, oldest: 2), Parts("c"))).Message);
        Assert.Equal(["step-000001", "step-000002", "step-000003.tmp"], Names(directory));
    }

    [Fact]
    public void Nothing_older_is_removed_before_the_new_checkpoint_is_on_disk()
    {
        var changes = new List<FileChange>();
        using (new ObservedChanges(directory.Path, changes.Add))
        {
            new CheckpointStore(directory.Path, new CheckpointKeeping(Last: 1)).Save(State(3, oldest: 2), Parts("c"));
        }

        string path = directory.Of("step-000003");
        int renamed = changes.FindIndex(change => change.Kind == FileChangeKind.Move && change.To == path);
        string[] flushed = [.. changes.Take(renamed).Where(change => change.Kind == FileChangeKind.Flush).Select(change => change.Path)];
        foreach (string file in Directory.GetFiles(path, "*", SearchOption.AllDirectories))
        {
            Assert.Contains(
                flushed,
                name => name.StartsWith(file.Replace(path, path + ".tmp", StringComparison.Ordinal), StringComparison.Ordinal)
            );
        }

        int durable = changes.FindIndex(renamed, change => change.Kind == FileChangeKind.FlushDirectory && change.Path == directory.Path);
        Assert.InRange(durable, renamed + 1, renamed + 1);
        Assert.All(
            changes.Where(change => change.Path.StartsWith(newest, StringComparison.Ordinal)),
            change => Assert.True(changes.IndexOf(change) > durable)
        );
        Assert.Contains(changes, change => change.Kind == FileChangeKind.Move && change.Path == newest);
    }

    private string NameOf(string file) => Path.GetRelativePath(newest, file);

    private void AssertPassedOver(string file, byte[] whole, byte[] damaged)
    {
        File.WriteAllBytes(Path.Combine(newest, file), damaged);
        var warnings = new List<string>();
        Assert.Equal("a weights", Load(store, warnings.Add, staleness: 1)!.Texts[0]);
        Assert.StartsWith(
            $"warning: checkpoint {newest} is damaged and passed over: {file} ",
            Assert.Single(warnings),
            StringComparison.Ordinal
        );
        File.WriteAllBytes(Path.Combine(newest, file), whole);
    }
}
