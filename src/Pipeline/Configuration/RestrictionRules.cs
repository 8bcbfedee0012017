using System.Globalization;

namespace Cppo.Pipeline.Configuration;

/// <summary>The combinations of keys about top-p, top-k and min-p that no run can satisfy, or that would do nothing.</summary>
internal static class RestrictionRules
{
    /// <summary>Checked with the others of <see cref="ConfigValidation"/>.</summary>
    public static IReadOnlyList<ConfigRule> All { get; } =
    [
        Rollout("topP", c => c.Rollout.TopP, off: 1),
        Rollout("topK", c => c.Rollout.TopK, off: 0),
        Rollout("minP", c => c.Rollout.MinP, off: 0),
        Evaluation("topP", c => c.Evaluation.TopP, off: 1),
        Evaluation("topK", c => c.Evaluation.TopK, off: 0),
        Evaluation("minP", c => c.Evaluation.MinP, off: 0),
    ];

    private static ConfigRule Rollout(string key, Func<PipelineConfig, double> value, double off) =>
        new(
            [$"rollout.{key}", "objective.generationLogprobs"],
            c =>
                value(c) != off && c.Objective.GenerationLogprobs == "sampling"
                    ? Text($"is {value(c)}, but with objective.generationLogprobs sampling the ratio would be over probabilities of the ")
                        + "restricted distribution, and below 1 before the first step; set objective.generationLogprobs to recompute, or "
                        + Text($"rollout.{key} to {off}")
                    : null
        );

    private static ConfigRule Evaluation(string key, Func<PipelineConfig, double> value, double off) =>
        new(
            [$"evaluation.{key}", "evaluation.temperature"],
            c =>
                value(c) != off && c.Evaluation.Temperature == 0
                    ? Text(
                        $"is {value(c)}, but evaluation.temperature is 0, which takes the likeliest token; set a temperature, e.g. 0.6, "
                    ) + Text($"or evaluation.{key} to {off}")
                    : null
        );

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
