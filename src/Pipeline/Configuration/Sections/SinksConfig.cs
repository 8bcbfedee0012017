namespace Cppo.Pipeline.Configuration;

/// <summary>Where the numbers of the run go beside its own files.</summary>
public sealed record SinksConfig
{
    [Key(
        "Write the numbers of `metrics.jsonl` and `evaluations.jsonl` as event files of TensorBoard, too, into `tensorboard/` of the run's "
            + "directory."
    )]
    public bool TensorBoard { get; init; }

    [Key("The numbers and spans of the run over OpenTelemetry's protocol.")]
    public OpenTelemetryConfig OpenTelemetry { get; init; } = new();

    [Key(
        "Updates, evaluations and traces that wait for a sink that is slow. What comes while so many wait is lost to it, and counted; the "
            + "run never waits.",
        Min = 1,
        Max = 1_000_000,
        Unit = "items"
    )]
    public int Queue { get; init; } = 1000;

    [Key("How long the end of the run waits at most for sinks that are behind.", Min = 0, Max = 3600, Unit = "seconds")]
    public double SecondsAtEnd { get; init; } = 5;
}
