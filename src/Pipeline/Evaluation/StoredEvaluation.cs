using System.Globalization;

namespace Cppo.Pipeline.Evaluation;

/// <summary>One question of an evaluation.</summary>
/// <param name="Id">The question's id.</param>
/// <param name="Digest">Differs where text or gold answer differ; see <see cref="TestQuestions.Digest"/>.</param>
/// <param name="Strict">Share of strictly right samples, 0 .. 1.</param>
/// <param name="Lenient">Share of leniently right samples, 0 .. 1.</param>
internal sealed record StoredQuestion(string Id, string Digest, double Strict, double Lenient);

/// <summary>A setting under which two evaluations may differ, by its name in the result file.</summary>
internal sealed record EvaluationSetting(string Name, string Value)
{
    /// <summary>The names, in their order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    ["template", "rule", "samples", "temperature", "top_p", "top_k", "min_p", "max_tokens"];

    /// <summary>Settings that earlier programs did not have, with the value that means what these did.</summary>
    public static IReadOnlyDictionary<string, string> Later { get; } =
        new Dictionary<string, string>
        {
            ["top_p"] = "1",
            ["top_k"] = "0",
            ["min_p"] = "0",
        };

    /// <summary>The settings of an evaluation, in the order of <see cref="Names"/>.</summary>
    public static EvaluationSetting[] Of(EvaluationReport report)
    {
        var (config, culture) = (report.Plan.Config, CultureInfo.InvariantCulture);
        return
        [
            new("template", config.Prompt.Template),
            new("rule", Judge.nameOf(report.Plan.Rule)),
            new("samples", config.Evaluation.Samples.ToString(culture)),
            new("temperature", config.Evaluation.Temperature.ToString(culture)),
            new("top_p", config.Evaluation.TopP.ToString(culture)),
            new("top_k", config.Evaluation.TopK.ToString(culture)),
            new("min_p", config.Evaluation.MinP.ToString(culture)),
            new("max_tokens", config.Rollout.MaxNewTokens.ToString(culture)),
        ];
    }
}

/// <summary>What a comparison needs of an evaluation, whether it was just made or read from a result file.</summary>
/// <param name="Benchmark">Null for test questions that are no benchmark.</param>
/// <param name="Data">The test file.</param>
/// <param name="Model">The model's directory.</param>
/// <param name="Seed">Seed of sampling and intervals.</param>
/// <param name="Settings">In the order of <see cref="EvaluationSetting.Names"/>.</param>
/// <param name="Questions">In the order of the file.</param>
internal sealed record StoredEvaluation(
    string? Benchmark,
    string Data,
    string Model,
    ulong Seed,
    EvaluationSetting[] Settings,
    StoredQuestion[] Questions
)
{
    /// <summary>The benchmark's name, else the test file's.</summary>
    public string Name => Benchmark ?? Data;
}
