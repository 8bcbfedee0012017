using System.Globalization;
using System.Text.Json.Nodes;
using Cppo.Pipeline.Distributed;
using Cppo.Pipeline.Run;
using Cppo.Pipeline.Telemetry;
using Cppo.Pipeline.Tests.Telemetry;
using Xunit.Abstractions;

namespace Cppo.Pipeline.Tests.Run;

/// <summary>
/// A run is followed change by change; from whatever a kill or a loss of power leaves before any of them it is begun or resumed, and ends
/// as the one that was left alone.
/// </summary>
[Collection(RunsCollection.Name)]
public sealed class PowerLossTests(SmallModel model, ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [RunTheory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(0, true)]
    public async Task From_every_state_that_a_kill_or_a_loss_of_power_leaves_a_run_ends_as_one_that_was_left_alone(
        int staleness,
        bool isResumed
    )
    {
        string[] keys =
        [
            $"update.maxStaleness={staleness}",
            "run.updates=2",
            "checkpoint.keepLast=1",
            "evaluation.every=1",
            "objective.beta=0",
        ];
        string followed = directory.Of("followed");
        Directory.CreateDirectory(followed);
        var straight = await SmallRun.RunAsync(model, directory.Of("straight"), keys);
        using var disk = new DiskModel(followed);
        if (isResumed)
        {
            await SmallRun.RunUntilAsync(model, followed, "after 1 updates", keys);
        }

        await AssertSameAsync(straight, await SmallRun.RunAsync(model, followed, [.. keys, Resume(followed)]), "followed");

        Assert.NotEqual(File.ReadAllBytes(Path.Combine(model.ModelPath, "model.safetensors")), straight.Weights);

        // Nothing was changed but by what the disk's model follows.
        Assert.Equal(DiskState.Of(followed).Paths, disk.Visible.Paths);
        Assert.InRange(disk.Changes, 100, 1000);
        string place = directory.Of("place");
        var taken = new Dictionary<string, (DiskState State, DiskLoss Loss, int Changes)>();
        foreach (var found in disk.States.Values)
        {
            found.State.WriteTo(place);
            taken.TryAdd(Take(place, keys), found);
        }

        Assert.InRange(taken.Count, 4, disk.States.Count);
        output.WriteLine($"{disk.Changes} changes, {disk.States.Count} states, {taken.Count} runs to the end");
        foreach (var (state, loss, changes) in taken.Values)
        {
            state.WriteTo(place);
            string at = string.Create(CultureInfo.InvariantCulture, $"{loss} before change {changes}");
            await AssertSameAsync(straight, await SmallRun.RunAsync(model, place, [.. keys, Resume(place)]), at);
        }
    }

    /// <summary>
    /// Begins or resumes a run up to its first update. From equal directories and places in the flow equal runs follow, so that one of
    /// each is run to its end.
    /// </summary>
    private string Take(string place, string[] keys)
    {
        var notices = new List<string>();
        using var start = RunStart.Load(SmallRun.Read(model, place, [.. keys, Resume(place)]), RunRanks.One, notices.Add, default);
        start.TakeDirectory();
        new MetricsWriter(start.Directory.DirectoryPath, start.Flow.Position.NextBatch).Dispose();
        Assert.DoesNotContain(notices, notice => notice.StartsWith("warning", StringComparison.Ordinal));
        var taken = DiskState.Of(place);
        Assert.DoesNotContain(taken.Paths, path => path.EndsWith(".tmp", StringComparison.Ordinal));
        return $"{taken.Key} {start.Flow}";
    }

    private static string Resume(string place) =>
        $"run.resume={(File.Exists(Path.Combine(place, "small", "config.json")) ? "true" : "false")}";

    private static async Task AssertSameAsync(SmallRun straight, SmallRun run, string at)
    {
        Assert.True(straight.Weights.AsSpan().SequenceEqual(run.Weights), $"{at}: other weights");
        Assert.Equal((at, Untimed(straight.Metrics)), (at, Untimed(run.Metrics)));
        Assert.Equal((at, Untimed(straight.Evaluations)), (at, Untimed(run.Evaluations)));
        Assert.Equal((await straight.RowsAsync()).Select(row => row.Text), (await run.RowsAsync()).Select(row => row.Text));
        Assert.Equal((at, straight.Checkpoints[^1]), (at, run.Checkpoints[^1]));
        Assert.Equal(DiskState.Of(straight.DirectoryPath).Paths, DiskState.Of(run.DirectoryPath).Paths);
    }

    /// <summary>The lines without what depends on the machine and the hour.</summary>
    private static string Untimed(JsonObject[] lines)
    {
        string[] endings = ["_seconds", "_per_second", "_spans", "overlap_share", "_bytes"];
        return string.Join(
            '\n',
            lines.Select(line =>
                string.Join(',', line.Where(cell => !endings.Any(ending => cell.Key.EndsWith(ending, StringComparison.Ordinal))))
            )
        );
    }
}
