namespace Cppo.Pipeline.Configuration;

/// <summary>The guard against spikes of the gradient.</summary>
public sealed record GuardConfig
{
    [Key(
        "An update is skipped where the norm of its gradient is above so many times the median of the norms before; 0: never. Nothing is "
            + "skipped before min(10, `window`) norms are known.",
        Min = 0,
        Max = 1e9
    )]
    public double Multiple { get; init; }

    [Key("The median is that of so many norms: the last ones of updates that were not skipped.", Min = 3, Max = 100_000, Unit = "updates")]
    public int Window { get; init; } = 50;
}
