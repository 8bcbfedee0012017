namespace Cppo.Peers;

/// <summary>A model that is raced.</summary>
/// <param name="Name">On the command line.</param>
/// <param name="Title">In tables.</param>
/// <param name="Config">Its config.json, from the repository's root.</param>
internal sealed record ModelSize(string Name, string Title, string Config)
{
    /// <summary>All of them, the smallest first.</summary>
    public static IReadOnlyList<ModelSize> All { get; } =
    [
        new("0.85m", "0.85 M, the embedded model's shape", "bench/small.json"),
        new("27m", "27 M", "bench/medium.json"),
        new("0.5b", "Qwen2.5-0.5B's shape", "bench/qwen2.5-0.5b.json"),
    ];
}

/// <summary>What is raced.</summary>
internal sealed record RaceSettings
{
    /// <summary>The models.</summary>
    public required IReadOnlyList<ModelSize> Sizes { get; init; }

    /// <summary>Completions of the one prompt that are drawn side by side.</summary>
    public required IReadOnlyList<int> Rows { get; init; }

    /// <summary>Values of rollout.precision for this project's engine.</summary>
    public required IReadOnlyList<string> Precisions { get; init; }

    /// <summary>Number types of the GGUF files.</summary>
    public required IReadOnlyList<string> Types { get; init; }

    /// <summary>Tokens of the prompt.</summary>
    public required int Prompt { get; init; }

    /// <summary>Tokens of each completion.</summary>
    public required int Completion { get; init; }

    /// <summary>Each round gives every contestant one turn.</summary>
    public required int Rounds { get; init; }

    /// <summary>CPU threads of each contestant.</summary>
    public required int Threads { get; init; }

    /// <summary>Where models are made; they are kept for the next time.</summary>
    public required string Work { get; init; }

    /// <summary>A file for the results as JSON; null: none.</summary>
    public string? Json { get; init; }

    /// <summary>The script of PyTorch; null where none is named.</summary>
    public string? Baseline { get; init; }

    /// <summary>The interpreter for it.</summary>
    public required string Python { get; init; }
}
