using Cppo.Model.Training;
using Cppo.Pipeline.Run;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Run;

/// <summary>A run with a spike guard that is tighter than any user's, so that some of its updates are skipped.</summary>
[Collection(RunsCollection.Name)]
public sealed class GuardTests(SmallModel model) : IDisposable
{
    private static readonly string[] Guarded =
    [
        "run.updates=10",
        "update.guard.multiple=1.02",
        "update.guard.window=3",
        "update.passes=1",
        "checkpoint.keepLast=20",
    ];

    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [RunFact]
    public async Task A_skipped_update_leaves_the_weights_and_goes_on_to_the_next_version_and_a_resumed_run_knows_the_norms_before()
    {
        var straight = await SmallRun.RunAsync(model, directory.Of("straight"), Guarded);
        var lines = straight.Metrics;
        int[] skipped = [.. lines.Where(line => (int)line["steps_skipped"]! == 1).Select(line => (int)line["step"]!)];
        Assert.NotEmpty(skipped);
        Assert.True(skipped.Length < 8);
        Assert.True(skipped[0] >= 3);
        Assert.Equal(Enumerable.Range(0, 10), lines.Select(line => (int)line["policy_version"]!));
        var rows = await straight.RowsAsync();
        for (int step = 1; step < 10; step++)
        {
            bool isSame = (string)lines[step]["weights_hash"]! == (string)lines[step - 1]["weights_hash"]!;
            Assert.Equal(skipped.Contains(step) || (int)lines[step]["completions_kept"]! == 0, isSame);
        }

        foreach (int step in skipped)
        {
            string line = Assert.Single(
                straight.Output.Split('\n'),
                line => line.Contains($"step {step}: the gradient norm ", StringComparison.Ordinal)
            );
            Assert.All(
                rows.Where(row => row.Step == step && row.IsKept),
                row => Assert.Contains(row["question_id"]!, line, StringComparison.Ordinal)
            );
        }

        var stopped = await SmallRun.RunUntilAsync(
            model,
            directory.Of("resumed"),
            $"after {skipped[0]} updates",
            [.. Guarded, $"evaluation.every={skipped[0]}"]
        );
        Assert.InRange(stopped.Metrics.Length, skipped[0], 9);
        var resumed = await SmallRun.RunAsync(model, directory.Of("resumed"), [.. Guarded, "run.resume=true"]);
        Assert.Equal(lines.Select(line => (string)line["weights_hash"]!), resumed.Metrics.Select(line => (string)line["weights_hash"]!));
        Assert.Equal(straight.Weights, resumed.Weights);
    }

    [Fact]
    public void A_run_whose_updates_are_all_skipped_ends()
    {
        var guard = new SpikeGuard(10, 3);
        foreach (var (norm, skipped) in new[] { (1, 0), (1, 0), (1, 0), (50.0, 2), (50, 2) })
        {
            guard.Note(norm, skipped, 2);
        }

        SpikeNotice.StopWhereAllAreSkipped(null, 1);
        SpikeNotice.StopWhereAllAreSkipped(guard, 3);
        guard.Note(60, 2, 2);
        var fault = Assert.Throws<SpikesOnlyException>(() => SpikeNotice.StopWhereAllAreSkipped(guard, 3));
        Assert.StartsWith(
            "3 updates in a row were skipped, as their gradient norms are above 10 times the median 1 ",
            fault.Message,
            StringComparison.Ordinal
        );
        guard.Note(1, 0, 2);
        SpikeNotice.StopWhereAllAreSkipped(guard, 1);
    }
}
