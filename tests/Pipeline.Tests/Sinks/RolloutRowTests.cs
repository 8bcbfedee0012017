using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Sinks;

namespace Cppo.Pipeline.Tests.Sinks;

public class RolloutRowTests
{
    private static readonly RolloutRow[] Rows = [.. RolloutRow.From(HandMadeBatch.Create(), ["cpu", "cuda:1"])];

    [Fact]
    public void Every_completion_is_a_row_in_order() =>
        Assert.Equal(
            [("q0", 0), ("q0", 1), ("q0", 2), ("q0", 3), ("q1", 0), ("q1", 1), ("q2", 0), ("q2", 1), ("q2", 2), ("q2", 3)],
            Rows.Select(row => (row.Rollout.Question.Id, row.Completion.Index))
        );

    [Fact]
    public void Each_fate_has_its_reason() =>
        Assert.Equal(
            [null, "pruned", "pruned", null, "zero_advantage", "zero_advantage", "too_long", null, "no_room", "pruned"],
            Rows.Select(row => row.DropReason)
        );

    [Fact]
    public void Trained_completions_name_the_update_device_and_others_the_rollout_device()
    {
        Assert.Equal(
            ["cpu", "rollout:0", "rollout:0", "cpu", "rollout:0", "rollout:0", "rollout:0", "cuda:1", "rollout:0", "rollout:0"],
            Rows.Select(row => row.Device)
        );
        Assert.Equal([0, null, null, 1, null, null, null, 0, null, null], Rows.Select(row => row.MicroBatch));
    }

    [Theory]
    [InlineData("accuracy", "accuracy")]
    [InlineData("tagCount", "tag_count")]
    [InlineData("reasoningSteps", "reasoning_steps")]
    public void Reward_columns_are_in_snake_case(string name, string column) => Assert.Equal(column, RewardColumn.SnakeCase(name));
}
