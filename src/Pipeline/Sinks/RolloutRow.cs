using Cppo.Stages;

namespace Cppo.Pipeline.Sinks;

/// <summary>One completion and all that became of it; docs/parquet.md describes each column.</summary>
internal sealed record RolloutRow
{
    public required int Step { get; init; }
    public required RolloutGroup Rollout { get; init; }
    public required Completion Completion { get; init; }
    public required CompletionReward Reward { get; init; }
    public required double Advantage { get; init; }
    public required double GroupMean { get; init; }
    public required double GroupStd { get; init; }
    public required Fate Fate { get; init; }

    /// <summary>The update device of a kept completion, else the rollout device.</summary>
    public required string Device { get; init; }

    /// <summary>Index among the update device's micro-batches; null where the completion was not trained on.</summary>
    public required int? MicroBatch { get; init; }

    /// <summary>Null for a kept completion.</summary>
    public string? DropReason =>
        Fate switch
        {
            { IsKept: true } => null,
            { IsPruned: true } => "pruned",
            Fate.Dropped dropped => DropReasonNames.Of(dropped.Item),
            _ => throw new InvalidOperationException($"The fate {Fate} has no name."),
        };

    /// <summary>The rows of a batch: its groups in order, each completion in order.</summary>
    /// <param name="batch">The batch, after packing.</param>
    /// <param name="updateDevices">Names of the update devices, by <see cref="MicroBatch.Device"/>.</param>
    public static IEnumerable<RolloutRow> From(TrainingBatch batch, IReadOnlyList<string> updateDevices)
    {
        var placements = batch
            .MicroBatches.SelectMany(device => device)
            .SelectMany(microBatch => microBatch.Samples.Select(sample => (sample.Group, sample.Completion, MicroBatch: microBatch)))
            .ToDictionary(placed => (placed.Group, placed.Completion), placed => placed.MicroBatch);
        for (int group = 0; group < batch.Groups.Length; group++)
        {
            for (int completion = 0; completion < batch.Groups[group].Fates.Length; completion++)
            {
                var placed = placements.GetValueOrDefault((group, completion));
                yield return Create(batch, batch.Groups[group], completion, placed, updateDevices);
            }
        }
    }

    private static RolloutRow Create(
        TrainingBatch batch,
        PrunedGroup group,
        int completion,
        MicroBatch? placed,
        IReadOnlyList<string> updateDevices
    )
    {
        var advantaged = group.Advantaged;
        var rollout = advantaged.Scored.Rollout;
        return new RolloutRow
        {
            Step = batch.Index,
            Rollout = rollout,
            Completion = rollout.Completions[completion],
            Reward = advantaged.Scored.Rewards[completion],
            Advantage = advantaged.Advantages[completion],
            GroupMean = advantaged.RewardMean,
            GroupStd = advantaged.RewardStd,
            Fate = group.Fates[completion],
            Device = placed is null ? rollout.Device : updateDevices[placed.Device],
            MicroBatch = placed?.Index,
        };
    }
}
