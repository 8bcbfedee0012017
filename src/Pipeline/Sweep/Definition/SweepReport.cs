using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Sweep.Definition;

/// <summary>What is reported of a sweep beside the table of its methods.</summary>
internal sealed record SweepReport
{
    [Key("The method that others are compared with: acceleration, difference of accuracy.")]
    public string Reference { get; init; } = "";

    [Key("Columns of the table of methods; see docs/sweeps.md.")]
    public string[] Columns { get; init; } = ["accuracy", "difference", "seconds", "acceleration", "limit"];

    [Key("Numbers of a publication, shown beside the measured ones.")]
    public PublishedRow[] Published { get; init; } = [];

    [Key("Statements that the results are tested for.")]
    public SweepClaim[] Claims { get; init; } = [];

    [Key("Pictures of the results, each an SVG file.")]
    public SweepFigure[] Figures { get; init; } = [];

    [Key("Methods whose completions are counted by kind, before and after pruning.")]
    public string[] Kinds { get; init; } = [];

    [Key("Methods whose answers to the same test questions are shown side by side.")]
    public string[] Answers { get; init; } = [];
}

/// <summary>What a publication reports of a method.</summary>
internal sealed record PublishedRow
{
    [Key("The method, as the axes name it.", Pattern = "\\S", PatternHint = "a method")]
    public string Method { get; init; } = "";

    [Key("Numbers by column: `\"accuracy\": \"77.05\"`.")]
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>();
}

/// <summary>A statement that is held, not held or undecided.</summary>
internal sealed record SweepClaim
{
    [Key("What is stated.", Choices = ["", "notInferior", "better", "order", "reachesLimit", "risesSooner"])]
    public string Claim { get; init; } = "";

    [Key("The methods that it is stated of; of `order` from the best to the worst.")]
    public string[] Methods { get; init; } = [];

    [Key("What they are compared with; empty: `report.reference`.")]
    public string To { get; init; } = "";

    [Key("The test whose accuracy counts.")]
    public string Test { get; init; } = "test";

    [Key("notInferior: how much lower an accuracy may be.", Min = 0, Max = 100, Unit = "percentage points")]
    public double Margin { get; init; } = 2;

    [Key("reachesLimit: the share of the limit that the acceleration must reach.", Min = 0, Max = 1)]
    public double Share { get; init; } = 0.9;

    [Key("risesSooner: what the reward is drawn over.", Choices = ["questions", "updates", "seconds"])]
    public string Over { get; init; } = "questions";
}

/// <summary>A figure of a sweep.</summary>
internal sealed record SweepFigure
{
    [Key(
        "`reward`: mean reward over what was spent; `accuracy`: accuracy over a column, and beside it a second column.",
        Choices = ["", "reward", "accuracy"]
    )]
    public string Figure { get; init; } = "";

    [Key(
        "Name of the file without its ending; empty: that of the figure.",
        Pattern = "^[A-Za-z0-9._-]*$",
        PatternHint = "letters, digits, '.', '_' and '-'"
    )]
    public string Name { get; init; } = "";

    [Key("Title above it.")]
    public string Title { get; init; } = "";

    [Key("Lines; empty: of a reward one a method, of an accuracy one of all methods.")]
    public FigureLine[] Lines { get; init; } = [];

    [Key("From left to right: of a reward `questions`, `updates` or `seconds`, of an accuracy a column of numbers, such as `group`.")]
    public string Over { get; init; } = "questions";

    [Key("accuracy: the column that a second picture shows over the same; empty: none.")]
    public string Beside { get; init; } = "";
}

/// <summary>A line of a figure.</summary>
internal sealed record FigureLine
{
    [Key("What the legend calls it; empty: the method.")]
    public string Name { get; init; } = "";

    [Key("The methods on it: one of a reward, in the order of the line of an accuracy.")]
    public string[] Methods { get; init; } = [];
}
