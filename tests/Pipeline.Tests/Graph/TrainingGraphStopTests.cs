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
    public async Task Run_asked_to_stop_ends_with_the_update_in_progress(int staleness)
    {
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            using var stop = new CancellationTokenSource();
            var stages = new FakeStages
            {
                Drops = ordinal => ordinal % 3 == 0,
                OnStage = (name, batch) =>
                {
                    if (name == "update" && batch == 2)
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

    [Theory]
    [InlineData("generate", 0)]
    [InlineData("generate", 1)]
    [InlineData("reward", 0)]
    [InlineData("reward", 1)]
    public async Task Run_asked_to_stop_waits_for_no_engine_and_no_server_and_says_where_to_go_on(string waits, int staleness)
    {
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            using var stop = new CancellationTokenSource();
            var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var stages = new FakeStages();
            var built = stages.Build();
            var waiting = built with
            {
                Generate = async (call, token) =>
                {
                    await WaitAsync("generate", call.Batch, token);
                    return await built.Generate(call, token);
                },
                Score = async (group, token) =>
                {
                    await WaitAsync("reward", group.Batch, token);
                    return await built.Score(group, token);
                },
            };
            var graph = new TrainingGraph(waiting, Settings(repeat, staleness), new StageTimeline(TimeProvider.System));
            var run = graph.RunAsync(FakeStages.Questions(), FlowStart.New, 50, stop.Token, default);
            await begun.Task.WaitAsync(TimeSpan.FromSeconds(20));
            await stop.CancelAsync();
            var end = await run.WaitAsync(TimeSpan.FromSeconds(20));
            Assert.True(end.Stopped);

            // Batch 3 waits; where batches overlap, an update before it may not have begun.
            Assert.InRange(end.Updates, 3 - staleness, 3);
            Assert.Equal(new FlowPosition(end.Updates, 4 * end.Updates), end.Position);

            async Task WaitAsync(string stage, int batch, CancellationToken token)
            {
                if (stage == waits && batch == 3)
                {
                    begun.TrySetResult();
                    await Task.Delay(Timeout.Infinite, token);
                }
            }
        }
    }

    [Fact]
    public async Task Run_asked_to_stop_is_not_failed_by_work_that_it_has_dropped()
    {
        using var stop = new CancellationTokenSource();
        var built = new FakeStages().Build();
        var failing = built with
        {
            Score = async (group, token) =>
            {
                if (group.Batch == 1)
                {
                    await stop.CancelAsync();
                    throw new FormatException("the server hung up");
                }

                return await built.Score(group, token);
            },
        };
        var graph = new TrainingGraph(failing, FakeStages.Tight, new StageTimeline(TimeProvider.System));
        var end = await graph.RunAsync(FakeStages.Questions(), FlowStart.New, 50, stop.Token, default).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(new FlowEnd(1, new FlowPosition(1, 4), Stopped: true), end);
    }

    [Fact]
    public async Task Run_asked_to_stop_before_it_starts_does_nothing()
    {
        var end = await new FakeStages().RunAsync(FakeStages.Tight, NumBatches, stop: new CancellationToken(true));
        Assert.Equal(new FlowEnd(0, new FlowPosition(0, 0), Stopped: true), end);
    }
}
