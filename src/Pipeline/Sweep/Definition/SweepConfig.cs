using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Sweep.Definition;

/// <summary>A sweep file: which runs are made, and what is reported of them. docs/sweeps.md has the keys.</summary>
internal sealed record SweepConfig
{
    [Key(
        "Name of the sweep; its results go to a directory of this name.",
        Pattern = "^[A-Za-z0-9][A-Za-z0-9._-]*$",
        PatternHint = "letters, digits, '.', '_' and '-', beginning with a letter or digit"
    )]
    public string Name { get; init; } = "sweep";

    [Key("What the results show, one line above them.")]
    public string Title { get; init; } = "";

    [Key("Pipeline file that every cell starts from.", Pattern = "\\S", PatternHint = "the path of a pipeline file")]
    public string Base { get; init; } = "pipeline.json";

    [Key("Keys laid over the file in all cells, each KEY=VALUE as `--set` takes them.")]
    public string[] Set { get; init; } = [];

    [Key(
        "How often a cell asks every training question; it makes as many whole updates as fit. 0: `run.updates`. A point that states "
            + "`run.updates` keeps its own.",
        Min = 0,
        Max = 1000,
        Unit = "epochs"
    )]
    public double Epochs { get; init; }

    [Key("Seeds; each method is trained once with each.", Min = 0, Max = int.MaxValue)]
    public int[] Seeds { get; init; } = [1];

    [Key("What differs between methods: a method is one point of each axis.")]
    public SweepAxis[] Axes { get; init; } = [];

    [Key("What trained models are evaluated on beside `data.test`.")]
    public SweepTest[] Tests { get; init; } = [];

    [Key("What is reported.")]
    public SweepReport Report { get; init; } = new();
}

/// <summary>One thing that differs between methods.</summary>
internal sealed record SweepAxis
{
    [Key("The key that differs, where it is one; its values are `values`.")]
    public string Key { get; init; } = "";

    [Key("Values of `key`, as `--set` takes them; a method is called by its value.")]
    public string[] Values { get; init; } = [];

    [Key("Points of an axis where several keys differ together.")]
    public SweepPoint[] Points { get; init; } = [];
}

/// <summary>One point of an axis.</summary>
internal sealed record SweepPoint
{
    [Key("What it is called in tables.", Pattern = "\\S", PatternHint = "a name")]
    public string Name { get; init; } = "";

    [Key("Another pipeline file than the sweep's; empty: none.")]
    public string Base { get; init; } = "";

    [Key("Keys of this point, each KEY=VALUE.")]
    public string[] Set { get; init; } = [];
}

/// <summary>A further evaluation of every trained model.</summary>
internal sealed record SweepTest
{
    [Key(
        "What it is called in tables; `test` is `data.test`.",
        Pattern = "^[A-Za-z0-9][A-Za-z0-9._-]*$",
        PatternHint = "letters, digits, '.', '_' and '-', beginning with a letter or digit"
    )]
    public string Name { get; init; } = "";

    [Key("Keys laid over a cell's, each KEY=VALUE: `data.test.path=...`, `evaluation.samples=4`.")]
    public string[] Set { get; init; } = [];
}
