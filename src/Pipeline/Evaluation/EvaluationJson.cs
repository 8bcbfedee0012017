using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cppo.Pipeline.Evaluation;

/// <summary>Evaluations and comparisons as JSON; docs/evaluation.md lists the fields. Shares and their 95 % intervals are 0 .. 1.</summary>
internal static class EvaluationJson
{
    /// <summary>
    /// One object: a single evaluation's own fields, else <c>evaluations</c> and, where there are any, <c>comparisons</c>.
    /// </summary>
    /// <param name="reports">At least one.</param>
    /// <param name="comparisons">May be empty.</param>
    /// <param name="hasOutcomes">Whether each question's outcome is written, which a later comparison needs.</param>
    public static string Write(IReadOnlyList<EvaluationReport> reports, IReadOnlyList<EvaluationComparison> comparisons, bool hasOutcomes)
    {
        if (reports.Count == 1 && comparisons.Count == 0)
        {
            return Of(reports[0], hasOutcomes).ToJsonString(JsonSerializerOptions.Default);
        }

        var json = new JsonObject { ["evaluations"] = new JsonArray([.. reports.Select(report => Of(report, hasOutcomes))]) };
        if (comparisons.Count > 0)
        {
            json["comparisons"] = Array(comparisons);
        }

        return json.ToJsonString(JsonSerializerOptions.Default);
    }

    /// <summary>The comparisons alone.</summary>
    public static string Write(IReadOnlyList<EvaluationComparison> comparisons) =>
        new JsonObject { ["comparisons"] = Array(comparisons) }.ToJsonString(JsonSerializerOptions.Default);

    private static JsonArray Array(IReadOnlyList<EvaluationComparison> comparisons) => new([.. comparisons.Select(Of)]);

    private static JsonObject Of(EvaluationReport report, bool hasOutcomes)
    {
        var (config, summary) = (report.Plan.Config, report.Result.Summary);
        var json = new JsonObject
        {
            ["model"] = report.Model,
            ["benchmark"] = report.Plan.Benchmark,
            ["data"] = config.Data.Test.Path,
            ["limit"] = config.Data.Test.Limit,
            ["seed"] = report.Seed,
            ["template"] = config.Prompt.Template,
            ["rule"] = Judge.nameOf(report.Plan.Rule),
            ["questions"] = summary.NumQuestions,
            ["samples"] = summary.NumSamples,
            ["temperature"] = config.Evaluation.Temperature,
            ["top_p"] = config.Evaluation.TopP,
            ["top_k"] = config.Evaluation.TopK,
            ["min_p"] = config.Evaluation.MinP,
            ["max_tokens"] = config.Rollout.MaxNewTokens,
        };
        Add(json, summary.Strict.PassAtOne, summary.Lenient.PassAtOne);
        json["pass_at_k"] = new JsonArray([
            .. summary.Strict.PassAtK.Zip(
                summary.Lenient.PassAtK,
                (strict, lenient) => Add(new JsonObject { ["k"] = strict.Item1 }, strict.Item2, lenient.Item2)
            ),
        ]);
        if (summary.NumSamples > 1)
        {
            json["majority"] = Add(new JsonObject { ["n"] = summary.NumSamples }, summary.Strict.Majority, summary.Lenient.Majority);
        }

        Add(json, "format_rate", summary.Format);
        Add(json, "truncated", summary.Truncated);
        json["tokens_mean"] = summary.MeanTokens;
        json["undecided"] = summary.NumUndecided;
        json["unreadable_golds"] = report.NumUnreadableGolds;
        json["seconds"] = report.Result.Seconds;
        json["parts"] = new JsonObject(
            report.Breakdowns.Select(breakdown =>
                KeyValuePair.Create(
                    breakdown.Column,
                    (JsonNode?)
                        new JsonArray([
                            .. breakdown.Parts.Select(part =>
                                Add(new JsonObject { ["label"] = part.Label, ["questions"] = part.NumQuestions }, part.Strict, part.Lenient)
                            ),
                        ])
                )
            )
        );
        if (hasOutcomes)
        {
            json["outcomes"] = new JsonArray([.. report.Result.Questions.Select(Of)]);
        }

        return json;
    }

    private static JsonNode Of(EvaluatedQuestion question) =>
        new JsonObject
        {
            ["id"] = question.Question.Id,
            ["digest"] = TestQuestions.Digest(question.Question),
            ["strict"] = new JsonArray([.. question.Samples.Select(sample => JsonValue.Create(sample.Judged.Judgement.IsStrictlyCorrect))]),
            ["lenient"] = new JsonArray([
                .. question.Samples.Select(sample => JsonValue.Create(sample.Judged.Judgement.IsLenientlyCorrect)),
            ]),
        };

    private static JsonNode Of(EvaluationComparison comparison) =>
        new JsonObject
        {
            ["name"] = comparison.Name,
            ["first"] = comparison.First,
            ["second"] = comparison.Second,
            ["questions"] = comparison.Strict.NumQuestions,
            ["strict"] = Of(comparison.Strict),
            ["lenient"] = Of(comparison.Lenient),
            ["notes"] = new JsonArray([.. comparison.Notes.Select(note => JsonValue.Create(note))]),
        };

    private static JsonObject Of(PairedComparison paired) =>
        new()
        {
            ["first"] = paired.First,
            ["second"] = paired.Second,
            ["difference"] = paired.Difference,
            ["difference_low"] = paired.Low,
            ["difference_high"] = paired.High,
            ["won"] = paired.NumWon,
            ["lost"] = paired.NumLost,
            ["tied"] = paired.NumTied,
            ["p"] = paired.PValue,
        };

    private static JsonObject Add(JsonObject json, Proportion strict, Proportion lenient)
    {
        Add(json, "accuracy", strict);
        Add(json, "lenient_accuracy", lenient);
        return json;
    }

    private static void Add(JsonObject json, string name, Proportion share)
    {
        json[name] = share.Value;
        json[name + "_low"] = share.Low;
        json[name + "_high"] = share.High;
    }
}
