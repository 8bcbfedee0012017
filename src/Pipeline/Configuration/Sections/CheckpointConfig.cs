namespace Cppo.Pipeline.Configuration;

/// <summary>When the state of the run is saved.</summary>
public sealed record CheckpointConfig
{
    internal const string ByAccuracy = "accuracy";

    [Key("Updates between checkpoints; 0: only at the end and on interruption.", Min = 0, Max = 10_000_000, Unit = "updates")]
    public int Every { get; init; } = 50;

    [Key(
        "Newest checkpoints that are kept; older ones are deleted, but for those of `checkpoint.keepEvery` and `checkpoint.keepBest`.",
        Min = 1,
        Max = 100_000,
        Unit = "checkpoints"
    )]
    public int KeepLast { get; init; } = 2;

    [Key("Checkpoints after a multiple of so many updates are kept for ever; 0: none is.", Min = 0, Max = 10_000_000, Unit = "updates")]
    public int KeepEvery { get; init; }

    [Key("Best checkpoints that are kept beside the newest.", Min = 0, Max = 100_000, Unit = "checkpoints")]
    public int KeepBest { get; init; }

    [Key(
        "What makes a checkpoint the best: the test `accuracy` of its policy, or the mean training `reward` of the `checkpoint.every` "
            + "updates before it.",
        Choices = [ByAccuracy, "reward"]
    )]
    public string Best { get; init; } = ByAccuracy;
}
