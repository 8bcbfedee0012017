namespace Cppo.Pipeline.Configuration;

/// <summary>Bounds of the stages' graph.</summary>
public sealed record FlowConfig
{
    [Key("Groups that each stage between generation and packing may hold.", Min = 1, Max = 65_536, Unit = "groups")]
    public int StageCapacity { get; init; } = 8;

    [Key(
        "Groups that are scored at the same time; with a reward over HTTP more, where its `concurrency` needs them.",
        Min = 1,
        Max = 1024,
        Unit = "groups"
    )]
    public int RewardParallelism { get; init; } = 2;

    [Key(
        "Extra rounds of questions that a batch may ask for when groups were dropped or left room.",
        Min = 0,
        Max = 10_000,
        Unit = "rounds"
    )]
    public int MaxRoundsPerBatch { get; init; } = 8;

    [Key(
        "The run stops with an error after so many updates in a row without anything to train on.",
        Min = 1,
        Max = 1_000_000,
        Unit = "updates"
    )]
    public int MaxConsecutiveEmptyUpdates { get; init; } = 10;
}
