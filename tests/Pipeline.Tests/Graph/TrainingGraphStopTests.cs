using Cppo.Pipeline.Graph;

namespace Cppo.Pipeline.Tests.Graph;

/// <summary>Stops and cancellations.</summary>
public sealed partial class TrainingGraphEndTests
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    public async Task Run_cancelled_ends_as_cancelled(int staleness, bool drops)
    {
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            using var cancel = new CancellationTokenSource();
            var (stage, atBatch) = (StageNames[repeat % StageNames.Length], repeat % 5);
            var stages = new FakeStages
            {
                Drops = ordinal => drops && ordinal % 2 == 0,
                OnStage = (name, batch) =>
                {
                    if (name == stage && batch == atBatch)
                    {
                        cancel.Cancel();
                    }
                },
            };
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                stages.RunAsync(Settings(repeat, staleness), NumBatches, cancel: cancel.Token)
            );
            Assert.True(stages.Updated.All(group => group.Batch <= atBatch));
        }
    }

    [Fact]
    public async Task Run_cancelled_before_it_starts_generates_nothing()
    {
        var stages = new FakeStages();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            stages.RunAsync(FakeStages.Tight, NumBatches, cancel: new CancellationToken(true))
        );
        Assert.Empty(stages.Calls);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Run_asked_to_stop_completes_what_was_begun(int staleness)
    {
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            using var stop = new CancellationTokenSource();
            var stages = new FakeStages
            {
                Drops = ordinal => ordinal % 3 == 0,
                OnUpdated = batch =>
                {
                    if (batch == 2)
                    {
                        stop.Cancel();
                    }
                },
            };
            var end = await stages.RunAsync(Settings(repeat, staleness), 50, stop: stop.Token);
            Assert.True(end.Stopped);
            Assert.InRange(end.Updates, 3, 3 + staleness);
            Assert.Equal(new FlowPosition(end.Updates, stages.Updated.Max(group => group.Ordinal) + 1), end.Position);
        }
    }

    [Fact]
    public async Task Run_asked_to_stop_before_it_starts_does_nothing()
    {
        var end = await new FakeStages().RunAsync(FakeStages.Tight, NumBatches, stop: new CancellationToken(true));
        Assert.Equal(new FlowEnd(0, new FlowPosition(0, 0), Stopped: true), end);
    }
}
