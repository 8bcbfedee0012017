namespace Cppo.Pipeline.Evaluation;

/// <summary>A public test set in the form in which it is given, and how it is usually evaluated.</summary>
/// <param name="Name">As <c>--benchmark</c> states it.</param>
/// <param name="About">The test set in words.</param>
/// <param name="Rule">How its answers are judged.</param>
/// <param name="LabelColumns">Columns by which the result is broken down.</param>
/// <param name="Defaults">Its keys of a pipeline file with their values: columns, template, and the sampling of the paper.</param>
internal sealed record Benchmark(string Name, string About, JudgingRule Rule, string[] LabelColumns, string[] Defaults)
{
    private static readonly string[] Whole = ["evaluation.topP=1", "evaluation.topK=0", "evaluation.minP=0"];
    private static readonly string[] Greedy = ["evaluation.samples=1", "evaluation.temperature=0", "rollout.maxNewTokens=1024", .. Whole];
    private static readonly string[] Sampled =
    [
        "evaluation.samples=4",
        "evaluation.temperature=0.6",
        "rollout.maxNewTokens=3072",
        "evaluation.topP=0.95",
        "evaluation.topK=0",
        "evaluation.minP=0",
    ];
    private static readonly string[] Problems =
    [
        "data.test.questionColumn=problem",
        "data.test.answerColumn=answer",
        "data.test.idColumn=id",
        "prompt.template=math",
    ];

    /// <summary>Every benchmark.</summary>
    public static IReadOnlyList<Benchmark> Known { get; } =
    [
        new(
            "gsm8k",
            "GSM8K's test.jsonl, 1319 questions",
            JudgingRule.Number,
            [],
            [
                "data.test.questionColumn=question",
                "data.test.answerColumn=answer",
                "data.test.idColumn=",
                "prompt.template=gsm8k",
                .. Greedy,
            ]
        ),
        new("math500", "MATH-500, 500 problems", JudgingRule.Expression, ["level", "subject"], [.. Problems, .. Greedy]),
        new("amc23", "AMC 2023, 40 problems", JudgingRule.Expression, [], [.. Problems, .. Sampled]),
        new("aime24", "AIME 2024, 30 problems", JudgingRule.Expression, [], [.. Problems, .. Sampled]),
    ];

    /// <summary>The names, for people.</summary>
    public static string Names { get; } = string.Join(", ", Known.Select(benchmark => benchmark.Name));

    /// <summary>
    /// The overrides that make a pipeline file evaluate this benchmark: the whole file, whatever the pipeline file says of its own test
    /// questions. Options that are stated come behind them and win.
    /// </summary>
    public IEnumerable<string> Overrides(string path) =>
        [$"data.test.path={path}", "data.test.format=auto", "data.test.limit=0", "prompt.system=", .. Defaults];
}
