using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Tests.Telemetry;
using static Cppo.Pipeline.Tests.Checkpoints.CheckpointStoreTests;

namespace Cppo.Pipeline.Tests.Checkpoints;

public sealed class CheckpointKeepingTests
{
    private static readonly int[] Saved = [2, 4, 6, 8, 10];

    [Theory]
    [InlineData(2, 0, 0, "8 10")]
    [InlineData(1, 4, 0, "4 8 10")]
    [InlineData(1, 0, 1, "4 10")]
    [InlineData(1, 0, 2, "4 8 10")]
    [InlineData(1, 6, 3, "4 6 8 10")]
    [InlineData(0, 0, 9, "2 4 8 10")]
    public void Of_keeps_the_newest_the_multiples_and_the_best_of_equal_ones_the_newer(int last, int every, int best, string kept)
    {
        var scores = new Dictionary<int, double>
        {
            [2] = 0.1,
            [4] = 0.9,
            [8] = 0.5,
            [10] = 0.1,
        };
        var keeping = new CheckpointKeeping(last, every, best) { Scores = _ => scores };
        Assert.Equal(kept.Split(' ').Select(int.Parse), keeping.Of(Saved).Order());
        Assert.Equal([4, 8, 10, 2], keeping.BestOf(Saved).Select(scored => scored.Updates));
    }

    [Fact]
    public void Save_and_Prune_keep_by_the_scores_of_the_time()
    {
        using var directory = new TemporaryDirectory();
        var scores = new Dictionary<int, double> { [1] = 0.5, [2] = 0.25 };
        var store = new CheckpointStore(directory.Path, new CheckpointKeeping(Last: 1, Every: 3, Best: 1) { Scores = _ => scores });
        Assert.Null(store.Best());
        for (int step = 1; step <= 5; step++)
        {
            store.Save(State(step), Parts("a"));
        }

        Assert.Equal(["step-000001", "step-000003", "step-000005"], Names(directory));
        Assert.Equal((directory.Of("step-000001"), 0.5), store.Best());
        scores[5] = 0.75;
        store.Prune(5);
        Assert.Equal(["step-000003", "step-000005"], Names(directory));
    }
}
