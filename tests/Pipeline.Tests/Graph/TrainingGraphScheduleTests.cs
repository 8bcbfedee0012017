using Cppo.Pipeline.Graph;

namespace Cppo.Pipeline.Tests.Graph;

/// <summary>What a batch holds and which version made it depends on the schedule only.</summary>
public sealed class TrainingGraphScheduleTests
{
    private const int NumBatches = 8;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Run_any_speed_gives_the_same_batches_versions_and_questions(int staleness)
    {
        var undelayed = await TraceAsync(staleness, FakeStages.Tight, delays: null);
        Assert.All(undelayed, group => Assert.Equal(Math.Max(0, group.Batch - staleness), group.Version));
        for (int seed = 0; seed < 10; seed++)
        {
            var settings = seed % 2 == 0 ? FakeStages.Tight : FakeStages.Roomy;
            Assert.Equal(undelayed, await TraceAsync(staleness, settings, new Random(seed)));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Run_slow_update_never_has_more_batches_in_flight_than_credits(int staleness)
    {
        var stages = new FakeStages
        {
            OnStage = (name, _) =>
            {
                if (name == "update")
                {
                    Thread.Sleep(10);
                }
            },
        };
        await stages.RunAsync(FakeStages.Roomy with { MaxStaleness = staleness, StageCapacity = 100 }, NumBatches);
        Assert.Equal(staleness + 1, stages.MostInFlight);
    }

    [Fact]
    public async Task Run_staleness_1_generates_while_it_updates()
    {
        using var generating = new ManualResetEventSlim();
        var stages = new FakeStages
        {
            OnStage = (name, batch) =>
            {
                if (name == "generate" && batch == 1)
                {
                    generating.Set();
                }

                if (name == "update" && batch == 0)
                {
                    Assert.True(generating.Wait(TimeSpan.FromSeconds(10)), "Batch 1 was not begun during update 0.");
                }
            },
        };
        await stages.RunAsync(FakeStages.Tight with { MaxStaleness = 1 }, 3);
    }

    [Fact]
    public async Task Run_two_rollout_devices_generate_at_a_time_and_keep_the_order()
    {
        using var both = new Barrier(2);
        var stages = new FakeStages
        {
            OnStage = (name, _) =>
            {
                if (name == "generate")
                {
                    Assert.True(both.SignalAndWait(TimeSpan.FromSeconds(10)), "The second device was not given a call.");
                }
            },
        };
        await stages.RunAsync(FakeStages.Roomy with { QuestionsPerCall = 100 }, 3);
        Assert.All(stages.Calls, call => Assert.Equal(2, call.Questions.Length));
        Assert.Equal(Enumerable.Range(0, 12).Select(ordinal => (long)ordinal), stages.Updated.Select(group => group.Ordinal));
    }

    [Fact]
    public async Task Run_several_groups_are_scored_at_a_time()
    {
        using var three = new Barrier(3);
        var stages = new FakeStages
        {
            GroupsPerBatch = 6,
            OnStage = (name, _) =>
            {
                if (name == "reward")
                {
                    Assert.True(three.SignalAndWait(TimeSpan.FromSeconds(10)), "Rewards ran one by one.");
                }
            },
        };
        await stages.RunAsync(FakeStages.Roomy with { RewardParallelism = 3 }, 2);
        Assert.Equal(12, stages.Updated.Count);
    }

    [Fact]
    public async Task Run_dropped_groups_are_replaced_in_further_rounds()
    {
        var stages = new FakeStages { Drops = ordinal => ordinal is 1 or 2 or 4 };
        await stages.RunAsync(FakeStages.Tight, 2);
        var rounds = stages
            .Calls.Where(call => call.Batch == 0)
            .GroupBy(call => call.Round)
            .Select(round => round.Sum(call => call.Questions.Length));
        Assert.Equal([4, 2, 1], rounds);
        Assert.Equal([0, 1, 2, 3], stages.Calls.Where(call => call.Batch == 0).Select(call => call.Index));
        Assert.Equal([7L, 8, 9, 10], stages.Updated.Where(group => group.Batch == 1).Select(group => group.Ordinal));
    }

    [Fact]
    public async Task Run_rounds_of_a_batch_are_bounded()
    {
        var stages = new FakeStages { Drops = ordinal => ordinal < 20 };
        await stages.RunAsync(FakeStages.Tight with { MaxRoundsPerBatch = 2 }, 2);
        Assert.Equal([0, 1, 2], stages.Calls.Where(call => call.Batch == 0).Select(call => call.Round).Distinct());
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(2, 4)]
    public async Task Run_resumed_equals_uninterrupted(int staleness, int interruptedAt)
    {
        var whole = await TraceAsync(staleness, FakeStages.Tight, delays: null);
        var firstPart = new FakeStages { Drops = ordinal => ordinal % 5 == 1 };
        var settings = FakeStages.Tight with { MaxStaleness = staleness };
        var end = await firstPart.RunAsync(settings, interruptedAt);
        int oldest = Math.Max(0, interruptedAt - staleness);
        var secondPart = new FakeStages { Drops = ordinal => ordinal % 5 == 1 };
        secondPart.Publish([.. Enumerable.Range(oldest, interruptedAt - oldest + 1)]);
        var resumedEnd = await secondPart.RunAsync(settings, NumBatches, new FlowStart(end.Position, oldest));
        Assert.Equal(NumBatches - interruptedAt, resumedEnd.Updates);
        Assert.Equal(whole, [.. firstPart.Updated, .. secondPart.Updated]);
    }

    [Fact]
    public async Task Run_start_without_the_version_that_generates_its_batch_is_refused()
    {
        var start = new FlowStart(new FlowPosition(3, 12), OldestPolicyVersion: 3);
        var error = await Assert.ThrowsAsync<ArgumentException>(() =>
            new FakeStages().RunAsync(FakeStages.Tight with { MaxStaleness = 1 }, 5, start)
        );
        Assert.Contains("generated by policy version 2, but the oldest version at hand is 3", error.Message, StringComparison.Ordinal);
    }

    private static async Task<List<(int Batch, int Version, long Ordinal, bool Kept)>> TraceAsync(
        int staleness,
        FlowSettings settings,
        Random? delays
    )
    {
        var stages = new FakeStages
        {
            Drops = ordinal => ordinal % 5 == 1,
            OnStage = (_, _) =>
            {
                if (delays is null)
                {
                    return;
                }

                int milliseconds;
                lock (delays)
                {
                    milliseconds = delays.Next(4);
                }

                Thread.Sleep(milliseconds);
            },
        };
        await stages.RunAsync(settings with { MaxStaleness = staleness }, NumBatches);
        return [.. stages.Updated];
    }
}
