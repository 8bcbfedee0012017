using Cppo.Pipeline.Graph;

namespace Cppo.Pipeline.Tests.Graph;

/// <summary>
/// Every way in which a run can end, each within a time limit and repeated to let races show. A completed run closes its account: all
/// groups reached the update and all credits are back, else it throws.
/// </summary>
public sealed partial class TrainingGraphEndTests
{
    private const int Repeats = 20;
    private const int NumBatches = 6;

    private static readonly string[] StageNames = ["generate", "reward", "advantage", "prune", "allocate", "update"];

    public static TheoryData<string, int> Stages()
    {
        var cases = new TheoryData<string, int>();
        foreach (string stage in StageNames)
        {
            cases.Add(stage, 0);
            cases.Add(stage, 1);
        }

        return cases;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Run_healthy_updates_every_batch(int staleness)
    {
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            var stages = new FakeStages();
            var end = await stages.RunAsync(Settings(repeat, staleness), NumBatches);
            Assert.Equal(new FlowEnd(NumBatches, new FlowPosition(NumBatches, NumBatches * 4), Stopped: false), end);
            Assert.Equal(
                Enumerable.Range(0, NumBatches * 4).Select(ordinal => (long)ordinal),
                stages.Updated.Select(group => group.Ordinal)
            );
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Run_half_of_the_groups_dropped_fills_every_batch(int staleness)
    {
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            var stages = new FakeStages { Drops = ordinal => ordinal % 2 == 1 };
            await stages.RunAsync(Settings(repeat, staleness), NumBatches);
            Assert.All(stages.Updated.GroupBy(group => group.Batch), batch => Assert.Equal(4, batch.Count(group => group.Kept)));
            Assert.Contains(stages.Updated, group => !group.Kept);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Run_all_groups_dropped_fails_after_the_configured_empty_updates(int staleness)
    {
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            var stages = new FakeStages { Drops = _ => true };
            var settings = Settings(repeat, staleness) with { MaxRoundsPerBatch = 2, MaxConsecutiveEmptyUpdates = 3 };
            var error = await Assert.ThrowsAsync<NothingToTrainException>(() => stages.RunAsync(settings, NumBatches));
            Assert.StartsWith("3 updates in a row had nothing to train on", error.Message, StringComparison.Ordinal);
            Assert.Equal(3 * 4 * (1 + 2), stages.Updated.Count);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Run_all_groups_dropped_for_a_while_goes_on_with_empty_updates(int staleness)
    {
        var stages = new FakeStages { Drops = ordinal => ordinal is >= 4 and < 28 };
        var settings = FakeStages.Tight with { MaxStaleness = staleness, MaxRoundsPerBatch = 2, MaxConsecutiveEmptyUpdates = 3 };
        var end = await stages.RunAsync(settings, NumBatches);
        Assert.Equal(NumBatches, end.Updates);
        Assert.Equal(
            [1, 2],
            stages.Updated.GroupBy(group => group.Batch).Where(batch => batch.All(group => !group.Kept)).Select(batch => batch.Key)
        );
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public async Task Run_fault_in_a_stage_is_rethrown_with_its_stack(string stage, int staleness)
    {
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            int faultingBatch = repeat % 4;
            var stages = new FakeStages
            {
                OnStage = (name, batch) =>
                {
                    if (name == stage && batch == faultingBatch)
                    {
                        Break(stage);
                    }
                },
            };
            var error = await Assert.ThrowsAsync<FormatException>(() => stages.RunAsync(Settings(repeat, staleness), NumBatches));
            Assert.Equal(stage, error.Message);
            Assert.Contains(nameof(Break), error.StackTrace, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public async Task Run_fault_or_cancellation_ends_the_graph_while_finished_messages_wait_for_room(string stage, int staleness)
    {
        foreach (var (cancels, atBatch) in new[] { (false, 1), (true, 1), (false, NumBatches - 2), (true, NumBatches - 2) })
        {
            using var cancel = new CancellationTokenSource();
            var stages = new FakeStages
            {
                GroupsPerBatch = 12,
                OnStage = (name, batch) =>
                {
                    if (name != stage || batch != atBatch)
                    {
                        return;
                    }

                    Thread.Sleep(50);
                    if (!cancels)
                    {
                        Break(stage);
                    }

                    cancel.Cancel();
                },
            };
            var settings = FakeStages.Tight with { MaxStaleness = staleness };
            var error = await Assert.ThrowsAnyAsync<Exception>(() => stages.RunAsync(settings, NumBatches, cancel: cancel.Token));
            Assert.True(cancels ? error is OperationCanceledException : error is FormatException, error.ToString());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Run_fault_in_the_feeder_is_rethrown(int staleness)
    {
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            var graph = new TrainingGraph(new FakeStages().Build(), Settings(repeat, staleness), new StageTimeline(TimeProvider.System));
            var run = graph.RunAsync(Failing(repeat), FlowStart.New, NumBatches, default, default);
            var error = await Assert.ThrowsAsync<FormatException>(() => run.WaitAsync(TimeSpan.FromSeconds(20)));
            Assert.Equal("feeder", error.Message);
        }
    }

    [Fact]
    public async Task Run_questions_that_end_or_skip_are_a_fault()
    {
        var graph = new TrainingGraph(new FakeStages().Build(), FakeStages.Tight, new StageTimeline(TimeProvider.System));
        var ended = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            graph.RunAsync(FakeStages.Questions().Take(7), FlowStart.New, NumBatches, default, default).WaitAsync(TimeSpan.FromSeconds(20))
        );
        Assert.Contains("ended before", ended.Message, StringComparison.Ordinal);
        var skipped = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            graph
                .RunAsync(FakeStages.Questions().Where(question => question.Ordinal != 5), FlowStart.New, NumBatches, default, default)
                .WaitAsync(TimeSpan.FromSeconds(20))
        );
        Assert.Contains("ordinal 6 where 5 was due", skipped.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public async Task Run_stray_cancellation_is_a_fault_that_names_the_stage(string stage, int staleness)
    {
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            var stages = new FakeStages
            {
                OnStage = (name, batch) =>
                {
                    if (name == stage && batch == 2)
                    {
                        throw new OperationCanceledException("stray");
                    }
                },
            };
            var error = await Assert.ThrowsAsync<InvalidOperationException>(() => stages.RunAsync(Settings(repeat, staleness), NumBatches));
            Assert.Equal($"Stage '{stage}' was cancelled although the run was not.", error.Message);
        }
    }

    [Fact]
    public async Task Run_generation_that_loses_a_group_is_a_fault()
    {
        var stages = new FakeStages().Build();
        var losing = stages with { Generate = async (call, cancel) => (await stages.Generate(call, cancel))[1..] };
        var graph = new TrainingGraph(losing, FakeStages.Tight, new StageTimeline(TimeProvider.System));
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            graph.RunAsync(FakeStages.Questions(), FlowStart.New, 2, default, default).WaitAsync(TimeSpan.FromSeconds(20))
        );
        Assert.Equal("Generation returned 1 groups for 2 questions.", error.Message);
    }

    [Fact]
    public async Task Run_packing_that_loses_a_group_is_found_when_the_account_is_closed()
    {
        var stages = new FakeStages().Build();
        var losing = stages with { Pack = (index, groups) => stages.Pack(index, groups[1..]) };
        var graph = new TrainingGraph(losing, FakeStages.Tight, new StageTimeline(TimeProvider.System));
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            graph.RunAsync(FakeStages.Questions(), FlowStart.New, 2, default, default).WaitAsync(TimeSpan.FromSeconds(20))
        );
        Assert.StartsWith(
            "8 questions in 2 batches were fed, but 6 groups in 2 batches reached the update",
            error.Message,
            StringComparison.Ordinal
        );
    }

    private static FlowSettings Settings(int repeat, int staleness) =>
        (repeat % 2 == 0 ? FakeStages.Tight : FakeStages.Roomy) with
        {
            MaxStaleness = staleness,
        };

    private static void Break(string message) => throw new FormatException(message);

    private static async IAsyncEnumerable<Cppo.Stages.Question> Failing(int after)
    {
        await foreach (var question in FakeStages.Questions())
        {
            if (question.Ordinal == after)
            {
                Break("feeder");
            }

            yield return question;
        }
    }
}
