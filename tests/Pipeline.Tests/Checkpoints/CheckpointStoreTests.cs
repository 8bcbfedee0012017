using Cppo.Model.Engine;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Graph;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Checkpoints;

public sealed class CheckpointStoreTests
{
    [Fact]
    public void Save_then_load_gives_state_and_parts_back()
    {
        using var directory = new TemporaryDirectory();
        var store = new CheckpointStore(directory.Of("checkpoints"), new CheckpointKeeping(Last: 2));
        string path = store.Save(State(12, oldest: 10), Parts("a"));
        Assert.Equal("step-000012", Path.GetFileName(path));
        var loaded = Load(store, Fail, staleness: 2)!;
        Assert.Equal(
            (12, 340L, 10, 7UL, 61.5),
            (
                loaded.State.NextBatch,
                loaded.State.NextOrdinal,
                loaded.State.OldestPolicyVersion,
                loaded.State.Seed,
                loaded.State.ElapsedSeconds
            )
        );
        Assert.Equal(new FlowStart(new FlowPosition(12, 340), 10), loaded.State.ToStart());
        Assert.Equal(["a weights", "a optimizer", "a version 10", "a version 11"], loaded.Texts);
    }

    [Fact]
    public void A_checkpoint_without_a_version_is_of_the_first_and_loads_with_its_sizes()
    {
        using var directory = new TemporaryDirectory();
        var store = new CheckpointStore(directory.Path, new CheckpointKeeping(Last: 2));
        store.Save(State(1), Parts("a"));
        string path = store.Save(State(2), Parts("b"));
        EarlierState.Make(path);
        File.WriteAllText(Path.Combine(path, "optimizer.bin"), "c optimizer");
        Assert.Equal(["b weights", "c optimizer"], Load(store, Fail)!.Texts);
        File.AppendAllText(Path.Combine(path, "optimizer.bin"), "s");
        var warnings = new List<string>();
        Assert.Equal("a weights", Load(store, warnings.Add)!.Texts[0]);
        Assert.EndsWith("optimizer.bin has 12 bytes instead of 11", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_of_a_newer_program_is_refused_and_not_passed_over_whatever_else_it_states()
    {
        using var directory = new TemporaryDirectory();
        var store = new CheckpointStore(directory.Path, new CheckpointKeeping(Last: 2));
        store.Save(State(1), Parts("a"));
        string state = Path.Combine(store.Save(State(2), Parts("b")), "state.json");
        File.WriteAllText(state, """{ "formatVersion": 99, "position": { "batch": 2 } }""");
        Assert.Equal(
            $"{state} is of version 99 of the checkpoint format, and this program reads versions 1 to 3; "
                + $"take a newer Cppo.Pipeline than {ProgramVersion.Text}, or begin a new run with --set run.name=NAME.",
            Assert.Throws<FileFormatException>(() => Load(store, Fail)).Message
        );
    }

    [Fact]
    public void Save_without_staleness_holds_no_earlier_version()
    {
        using var directory = new TemporaryDirectory();
        var store = new CheckpointStore(directory.Path, new CheckpointKeeping(Last: 2));
        store.Save(State(5, oldest: 5), Parts("a") with { SaveVersion = (_, _) => Assert.Fail("There is no earlier version.") });
        Assert.Equal(["a weights", "a optimizer"], Load(store, Fail)!.Texts);
    }

    [Fact]
    public void Save_keeps_only_the_newest()
    {
        using var directory = new TemporaryDirectory();
        var store = new CheckpointStore(directory.Path, new CheckpointKeeping(Last: 2));
        for (int step = 1; step <= 5; step++)
        {
            store.Save(State(step), Parts("a"));
        }

        Assert.Equal(["step-000004", "step-000005"], Names(directory));
    }

    [Fact]
    public void Save_that_fails_midway_leaves_the_previous_checkpoint_and_the_next_one_cleans_up()
    {
        using var directory = new TemporaryDirectory();
        var store = new CheckpointStore(directory.Path, new CheckpointKeeping(Last: 2));
        store.Save(State(1), Parts("a"));
        Assert.Throws<IOException>(() => store.Save(State(2), Parts("b") with { SaveOptimizer = _ => throw new IOException("disk full") }));
        Assert.Equal(["step-000001", "step-000002.tmp"], Names(directory));
        Assert.Equal("a weights", Load(store, Fail)!.Texts[0]);
        store.Save(State(3), Parts("c"));
        Assert.Equal(["step-000001", "step-000003"], Names(directory));
    }

    [Fact]
    public void Save_again_at_the_same_step_replaces_it_and_removes_later_ones()
    {
        using var directory = new TemporaryDirectory();
        var store = new CheckpointStore(directory.Path, new CheckpointKeeping(Last: 3));
        store.Save(State(1), Parts("a"));
        store.Save(State(2), Parts("a"));
        store.Save(State(3), Parts("a"));
        store.Save(State(2), Parts("b"));
        Assert.Equal(["step-000001", "step-000002"], Names(directory));
        Assert.Equal("b weights", Load(store, Fail)!.Texts[0]);
    }

    [Theory]
    [InlineData("state.json", "")]
    [InlineData("state.json", "{\"nextBatch\":")]
    [InlineData("state.json", "{}")]
    [InlineData(
        "state.json",
        """{"nextBatch":2,"nextOrdinal":1,"oldestPolicyVersion":2,"seed":1,"configHash":"hash","elapsedSeconds":1,"files":null}"""
    )]
    [InlineData("state.json", null)]
    [InlineData("optimizer.bin", "short")]
    [InlineData("optimizer.bin", null)]
    [InlineData("policy/model.safetensors", null)]
    public void LoadNewest_passes_over_a_damaged_checkpoint_with_a_warning(string file, string? content)
    {
        using var directory = new TemporaryDirectory();
        var store = new CheckpointStore(directory.Path, new CheckpointKeeping(Last: 2));
        store.Save(State(1), Parts("a"));
        store.Save(State(2), Parts("b"));
        string path = directory.Of("step-000002", file);
        if (content is null)
        {
            File.Delete(path);
        }
        else
        {
            File.WriteAllText(path, content);
        }

        var warnings = new List<string>();
        var loaded = Load(store, warnings.Add)!;
        Assert.Equal((1, "a weights"), (loaded.State.NextBatch, loaded.Texts[0]));
        Assert.Contains("step-000002 is damaged", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void LoadNewest_passes_over_a_checkpoint_whose_parts_the_engine_refuses()
    {
        using var directory = new TemporaryDirectory();
        var store = new CheckpointStore(directory.Path, new CheckpointKeeping(Last: 2));
        store.Save(State(1), Parts("a"));
        store.Save(State(2), Parts("b"));
        var warnings = new List<string>();
        var loaded = Load(
            store,
            warnings.Add,
            read: checkpoint => checkpoint.State.NextBatch == 2 ? throw new ModelFileException("bad header") : Read(checkpoint)
        );
        Assert.Equal(1, loaded!.State.NextBatch);
        Assert.EndsWith("bad header", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void LoadNewest_tells_no_checkpoint_from_only_damaged_ones()
    {
        using var directory = new TemporaryDirectory();
        var store = new CheckpointStore(directory.Of("checkpoints"), new CheckpointKeeping(Last: 2));
        Assert.Equal(new CheckpointChoice(null, -1, null), store.LoadNewest(Owner(), _ => true, _ => { }, Fail));
        File.Delete(Path.Combine(store.Save(State(1), Parts("a")), "optimizer.bin"));
        Assert.Equal(new CheckpointChoice(null, 1, null), store.LoadNewest(Owner(), _ => true, _ => { }, _ => { }));
    }

    [Fact]
    public void LoadNewest_takes_none_before_which_updates_are_not_recorded_and_says_that_there_is_one()
    {
        using var directory = new TemporaryDirectory();
        var store = new CheckpointStore(directory.Path, new CheckpointKeeping(Last: 3));
        foreach (int step in new[] { 1, 2, 3 })
        {
            store.Save(State(step), Parts("a"));
        }

        var choice = store.LoadNewest(Owner(), updates => updates <= 1, _ => { }, Fail);
        Assert.Equal((1, 3, 3), (choice.Used!.State.NextBatch, choice.Newest, choice.PassedOver!.State.NextBatch));
        choice = store.LoadNewest(Owner(), updates => updates <= 0, _ => { }, Fail);
        Assert.Null(choice.Used);
        Assert.Equal((3, 3), (choice.Newest, choice.PassedOver!.State.NextBatch));
    }

    [Fact]
    public void LoadNewest_of_another_configuration_is_refused_rather_than_passed_over()
    {
        using var directory = new TemporaryDirectory();
        var store = new CheckpointStore(directory.Path, new CheckpointKeeping(Last: 2));
        store.Save(State(1), Parts("a"));
        Assert.Throws<RunDirectoryException>(() => store.LoadNewest(Owner() with { ConfigHash = "other" }, _ => true, _ => { }, Fail));
    }

    internal static void Fail(string warning) => Assert.Fail(warning);

    internal static CheckpointState State(int step, int? oldest = null) =>
        new()
        {
            NextBatch = step,
            NextOrdinal = 340,
            OldestPolicyVersion = oldest ?? step,
            Seed = 7,
            ConfigHash = "hash",
            ElapsedSeconds = 61.5,
        };

    internal static CheckpointParts Parts(string tag) =>
        new()
        {
            SaveWeights = path => File.WriteAllText(Path.Combine(path, "model.safetensors"), $"{tag} weights"),
            SaveOptimizer = path => File.WriteAllText(path, $"{tag} optimizer"),
            SaveVersion = (version, path) => File.WriteAllText(Path.Combine(path, "model.safetensors"), $"{tag} version {version}"),
        };

    internal static Loaded Read(Checkpoint checkpoint) =>
        new(
            checkpoint.State,
            [
                File.ReadAllText(Path.Combine(checkpoint.WeightsDirectory, "model.safetensors")),
                File.ReadAllText(checkpoint.OptimizerPath),
                .. checkpoint.EarlierVersions.Select(version =>
                    File.ReadAllText(Path.Combine(checkpoint.VersionDirectory(version), "model.safetensors"))
                ),
            ]
        );

    internal static CheckpointOwner Owner(int staleness = 0) => new("hash", 7, staleness);

    /// <summary>The parts of the newest checkpoint that is whole.</summary>
    internal static Loaded? Load(CheckpointStore store, Action<string> warn, int staleness = 0, Func<Checkpoint, Loaded>? read = null)
    {
        Loaded? loaded = null;
        var choice = store.LoadNewest(Owner(staleness), _ => true, checkpoint => loaded = (read ?? Read)(checkpoint), warn);
        Assert.Equal(choice.Used?.State.NextBatch, loaded?.State.NextBatch);
        return loaded;
    }

    internal static IEnumerable<string?> Names(TemporaryDirectory directory) =>
        Directory.EnumerateDirectories(directory.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    internal sealed record Loaded(CheckpointState State, string[] Texts);
}
