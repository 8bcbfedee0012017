using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Evaluation;

/// <summary>One evaluation that is to be made.</summary>
/// <param name="Benchmark">The benchmark's name; null for the test questions of the pipeline file.</param>
/// <param name="Config">Questions, template and sampling; the model may be another one.</param>
/// <param name="Rule">How answers are judged.</param>
/// <param name="LabelColumns">Columns of the test file by which the result is broken down.</param>
/// <param name="Ks">Each k of pass@k; those above the number of samples are left out.</param>
internal sealed record EvaluationPlan(string? Benchmark, PipelineConfig Config, JudgingRule Rule, string[] LabelColumns, int[] Ks)
{
    /// <summary>
    /// An option of configurations that only evaluate: nothing is trained, so the largest micro-batch keeps its check from refusing long
    /// completions.
    /// </summary>
    public const string AnyLength = "update.microBatchTokens=16777216";

    /// <summary>The benchmark's name, or <c>test</c>.</summary>
    public string Name => Benchmark ?? "test";
}
