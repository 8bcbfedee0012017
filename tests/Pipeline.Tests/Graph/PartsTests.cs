using Cppo.Pipeline.Graph;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Graph;

/// <summary>The graph's small parts by themselves.</summary>
public sealed class PartsTests
{
    [Fact]
    public async Task VersionGate_lets_pass_when_the_version_is_published()
    {
        var gate = new VersionGate(3);
        await gate.WaitAsync(2, default);
        await gate.WaitAsync(3, default);
        var waiting = gate.WaitAsync(5, default);
        gate.Publish(4);
        Assert.False(waiting.IsCompleted);
        gate.Publish(5);
        await waiting.WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task VersionGate_wait_ends_when_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        var waiting = new VersionGate(0).WaitAsync(1, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void VersionGate_refuses_a_version_out_of_turn(int version) =>
        Assert.Throws<InvalidOperationException>(() => new VersionGate(3).Publish(version));

    [Fact]
    public async Task InFlightCredits_bound_and_come_back()
    {
        using var credits = new InFlightCredits(2);
        await credits.TakeAsync(default);
        await credits.TakeAsync(default);
        var third = credits.TakeAsync(default);
        Assert.False(third.IsCompleted);
        credits.Release();
        await third.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(2, credits.InFlight);
        credits.Release();
        credits.Release();
        Assert.Equal(0, credits.InFlight);
        Assert.Throws<SemaphoreFullException>(credits.Release);
    }

    [Fact]
    public void StageTimeline_splits_an_interval_into_busy_and_waited()
    {
        var time = new ManualTime();
        var timeline = new StageTimeline(time);
        var clock = timeline.Stage("reward");
        timeline.Stage("update");
        time.Advance(1);
        var first = clock.Begin();
        time.Advance(2);
        var second = clock.Begin();
        time.Advance(3);
        first.Dispose();
        time.Advance(4);
        Assert.Equal([("reward", 9.0, 1.0), ("update", 0, 10)], Times(timeline.TakeInterval()));
        time.Advance(1);
        second.Dispose();
        time.Advance(7);
        Assert.Equal([("reward", 1.0, 7.0), ("update", 0, 8)], Times(timeline.TakeInterval()));
    }

    [Fact]
    public void StageTimeline_says_when_stages_worked_and_for_how_long_two_did_at_once()
    {
        var time = new ManualTime();
        var timeline = new StageTimeline(time);
        var (generate, update) = (timeline.Stage("generate"), timeline.Stage("update"));
        time.Advance(5);
        timeline.TakeInterval();

        // generate 1 to 4 and 6 to 9, update 2 to 7 and 8 to the interval's end at 10.
        time.Advance(1);
        var first = generate.Begin();
        time.Advance(1);
        var training = update.Begin();
        time.Advance(2);
        first.Dispose();
        time.Advance(2);
        var second = generate.Begin();
        time.Advance(1);
        training.Dispose();
        time.Advance(1);
        var next = update.Begin();
        time.Advance(1);
        second.Dispose();
        time.Advance(1);
        var stages = timeline.TakeInterval();
        Assert.Equal([(1, 4), (6, 9)], stages[0].Spans);
        Assert.Equal([(2, 7), (8, 10)], stages[1].Spans);
        Assert.Equal(2 + 1 + 1, stages[0].OverlapWith(stages[1]));
        Assert.Equal(stages[0].OverlapWith(stages[1]), stages[1].OverlapWith(stages[0]));
        time.Advance(3);
        next.Dispose();
        Assert.Equal([(0, 3)], timeline.TakeInterval()[1].Spans);
    }

    private static IEnumerable<(string, double, double)> Times(StageTime[] stages) =>
        stages.Select(stage => (stage.Stage, stage.BusySeconds, stage.WaitedSeconds));

    [Fact]
    public void StageTimeline_says_what_the_feeder_waited_for()
    {
        var time = new ManualTime();
        var timeline = new StageTimeline(time);
        using (timeline.WaitForUpdate.Begin())
        {
            time.Advance(3);
        }

        using (timeline.WaitForGenerate.Begin())
        {
            time.Advance(5);
        }

        var waiting = timeline.WaitForAllocate.Begin();
        time.Advance(1);
        Assert.Equal(new FeederWaits(3, 5, 1), timeline.TakeWaits());
        time.Advance(2);
        waiting.Dispose();
        Assert.Equal(new FeederWaits(0, 0, 2), timeline.TakeWaits());
    }
}
