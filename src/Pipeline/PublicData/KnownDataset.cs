namespace Cppo.Pipeline.PublicData;

/// <summary>What becomes of a column.</summary>
internal enum FieldKind
{
    /// <summary>As it is.</summary>
    Text,

    /// <summary>The digits of a text, as a number; null where it has none. Example: <c>Level 5</c> -> 5.</summary>
    Digits,

    /// <summary>As it is; a whole number without a fraction of zeros. Example: <c>27.0</c> -> <c>27</c>.</summary>
    Answer,

    /// <summary>What the last box of a worked solution holds.</summary>
    Boxed,

    /// <summary>The name of the dataset's part and the number of the row in it; of no column.</summary>
    Row,
}

/// <summary>A key of a row that is written.</summary>
/// <param name="Name">The key.</param>
/// <param name="Column">The column that it is made of; empty for <see cref="FieldKind.Row"/>.</param>
/// <param name="Kind">How.</param>
internal sealed record KnownField(string Name, string Column, FieldKind Kind = FieldKind.Text);

/// <summary>A file that recipes name.</summary>
/// <param name="Path">Below the directory of data.</param>
/// <param name="Split">The hub's files that it is made of, by the word in their names.</param>
/// <param name="Rows">As many as the dataset is known to have.</param>
internal sealed record KnownPart(string Path, string Split, int Rows);

/// <summary>A dataset that recipes and benchmarks name by a short name, and where it comes from.</summary>
/// <param name="Name">As <c>get</c> takes it.</param>
/// <param name="About">In words.</param>
/// <param name="Repository">On the hub.</param>
/// <param name="Folder">The repository's folder that is taken; empty: all.</param>
/// <param name="Parts">The files that are made.</param>
/// <param name="Fields">Keys of their rows.</param>
internal sealed record KnownDataset(
    string Name,
    string About,
    string Repository,
    string Folder,
    IReadOnlyList<KnownPart> Parts,
    IReadOnlyList<KnownField> Fields
)
{
    private static readonly KnownField Problem = new("problem", "problem");
    private static readonly KnownField Solution = new("solution", "solution");
    private static readonly KnownField Row = new("id", "", FieldKind.Row);

    /// <summary>Every one.</summary>
    public static IReadOnlyList<KnownDataset> All { get; } =
    [
        new(
            "gsm8k",
            "GSM8K, questions of grade-school mathematics",
            "openai/gsm8k",
            "main",
            [new("gsm8k/train.jsonl", "train", 7473), new("gsm8k/test.jsonl", "test", 1319)],
            [new("question", "question"), new("answer", "answer")]
        ),
        new(
            "math",
            "MATH, problems of competitions",
            "EleutherAI/hendrycks_math",
            "",
            [new("math/train.jsonl", "train", 7500), new("math/test.jsonl", "test", 5000)],
            [
                Row,
                Problem,
                new("answer", "solution", FieldKind.Boxed),
                Solution,
                new("level", "level", FieldKind.Digits),
                new("subject", "type"),
            ]
        ),
        new(
            "math500",
            "MATH-500, 500 of MATH's test problems",
            "HuggingFaceH4/MATH-500",
            "",
            [new("math/test500.jsonl", "test", 500)],
            [
                new("id", "unique_id"),
                Problem,
                new("answer", "answer"),
                Solution,
                new("level", "level", FieldKind.Digits),
                new("subject", "subject"),
            ]
        ),
        new(
            "amc23",
            "AMC 2023, 40 problems",
            "math-ai/amc23",
            "",
            [new("amc23/test.jsonl", "test", 40)],
            [Row, new("problem", "question"), new("answer", "answer", FieldKind.Answer)]
        ),
        new(
            "aime24",
            "AIME 2024, 30 problems",
            "HuggingFaceH4/aime_2024",
            "",
            [new("aime24/test.jsonl", "train", 30)],
            [Row, Problem, new("answer", "answer", FieldKind.Answer), Solution]
        ),
    ];

    /// <summary>The names, for people.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(dataset => dataset.Name));

    /// <summary>The one of a name; null where there is none.</summary>
    public static KnownDataset? Find(string name) => All.FirstOrDefault(dataset => dataset.Name == name);

    /// <summary>The one that a path is a part of, e.g. <c>data/gsm8k/train.jsonl</c>; null for any other.</summary>
    public static KnownDataset? OfPath(string path)
    {
        string slashed = path.Replace('\\', '/');
        return All.FirstOrDefault(dataset => dataset.Parts.Any(part => slashed.EndsWith($"/{part.Path}", StringComparison.Ordinal)));
    }
}
