namespace Cppo.Pipeline.Configuration;

/// <summary>How the room that pruning frees is filled.</summary>
public sealed record AllocationConfig
{
    [Key("How the room that pruning frees is filled.", Table = typeof(AllocationModes))]
    public string Mode { get; init; } = "completions";

    [Key("A group whose rewards are all equal takes no room and is not trained on.")]
    public bool DropZeroAdvantage { get; init; }
}
