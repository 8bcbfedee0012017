namespace Cppo.Pipeline.Configuration;

/// <summary>Name, place, seed and length of the run.</summary>
public sealed record RunConfig
{
    [Key(
        "Name of the run; its files go to `run.directory`/`run.name`.",
        Pattern = "^[A-Za-z0-9][A-Za-z0-9._-]*$",
        PatternHint = "letters, digits, '.', '_' and '-', beginning with a letter or digit"
    )]
    public string Name { get; init; } = "default";

    [Key("Directory that holds the directories of runs.", Pattern = "\\S", PatternHint = "the path of a directory")]
    public string Directory { get; init; } = "runs";

    [Key("The one seed: it fixes the order of questions, sampling, random pruning and random weights.")]
    public ulong Seed { get; init; } = 1;

    [Key("Updates to make; each trains `update.passes` times on one batch.", Min = 0, Max = 10_000_000, Unit = "updates")]
    public int Updates { get; init; } = 100;

    [Key("Continue from the newest checkpoint of this run directory.")]
    public bool Resume { get; init; }

    [Key("Begin anew where this run directory holds a run, which is removed; not together with `run.resume`.")]
    public bool Restart { get; init; }

    [Key("Continue although metrics or completions of updates before the checkpoint are missing, which is refused otherwise.")]
    public bool AcceptMissing { get; init; }

    [Key(
        "Memory of the machine that the run may take: one that is planned to take more is refused before it loads. 0: as much as the "
            + "machine, or the container that the process is in, has to give.",
        Min = 0,
        Max = 1_048_576,
        Unit = "GiB"
    )]
    public double MemoryLimit { get; init; }
}
