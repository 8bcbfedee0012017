using Cppo.Model.Tests.Collectives;
using Cppo.Pipeline.Distributed;
using Cppo.Pipeline.Graph;
using Cppo.Pipeline.Tests.Graph;

namespace Cppo.Pipeline.Tests.Distributed;

/// <summary>The graph over several processes, with stages that compute nothing.</summary>
public sealed class RankedGraphTests
{
    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    public async Task Every_process_updates_on_the_batches_of_one(int size, int staleness)
    {
        // Every third question is dropped, so that batches take several rounds, some of fewer questions than there are processes.
        var settings = FakeStages.Roomy with
        {
            MaxStaleness = staleness,
            RolloutDevices = size,
        };
        var alone = new FakeStages { Drops = ordinal => ordinal % 3 == 0 };
        await alone.RunAsync(settings, endBatch: 5);
        FakeStages[] processes =
        [
            .. Enumerable
                .Range(0, size)
                .Select(rank => new FakeStages
                {
                    Drops = ordinal => ordinal % 3 == 0,
                    // The second one is slow, and nobody minds.
                    OnStage = (_, _) => Thread.Sleep(rank == 1 ? 3 : 0),
                }),
        ];
        var ends = ThreadRanks.Run(
            size,
            ranks => Run(RankedStages.Over(processes[ranks.Rank].Build(), ranks, () => false), settings, endBatch: 5)
        );
        Assert.All(ends, end => Assert.Equal((5, false), (end.Updates, end.Stopped)));
        Assert.All(processes, process => Assert.Equal(alone.Updated, process.Updated));
        Assert.Equal(
            alone.Calls.Select(call => (call.Batch, call.Index)).Order(),
            processes.SelectMany(process => process.Calls).Select(call => (call.Batch, call.Index)).Order()
        );
        Assert.All(
            processes.Select((process, rank) => (process, rank)),
            each => Assert.All(each.process.Calls, call => Assert.Equal(each.rank, call.Index % size))
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_stop_of_one_process_ends_all_after_the_same_update(int staleness)
    {
        var settings = FakeStages.Tight with { MaxStaleness = staleness, RolloutDevices = 3 };
        bool isRequested = false;
        var processes = Enumerable
            .Range(0, 3)
            .Select(rank => new FakeStages { OnUpdated = batch => isRequested |= rank == 1 && batch == 2 })
            .ToArray();
        var ends = ThreadRanks.Run(
            3,
            ranks =>
                Run(
                    RankedStages.Over(processes[ranks.Rank].Build(), ranks, () => ranks.Rank == 1 && Volatile.Read(ref isRequested)),
                    settings,
                    endBatch: 50
                )
        );
        Assert.All(ends, end => Assert.Equal(ends[0], end));
        Assert.True(ends[0].Stopped);
        Assert.InRange(ends[0].Updates, 3, 4 + staleness);
        Assert.All(processes, process => Assert.Equal(processes[0].Updated, process.Updated));
    }

    private static FlowEnd Run(TrainingStages stages, FlowSettings settings, int endBatch)
    {
        var graph = new TrainingGraph(stages, settings, new StageTimeline(TimeProvider.System));
        return graph.RunAsync(FakeStages.Questions(), FlowStart.New, endBatch, default, default).GetAwaiter().GetResult();
    }
}
