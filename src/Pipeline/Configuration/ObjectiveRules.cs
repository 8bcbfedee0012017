using System.Globalization;

namespace Cppo.Pipeline.Configuration;

/// <summary>The combinations of keys about the objective that no run can satisfy, or that would do nothing.</summary>
internal static class ObjectiveRules
{
    /// <summary>Checked with the others of <see cref="ConfigValidation"/>.</summary>
    public static IReadOnlyList<ConfigRule> All { get; } =
    [
        new(
            ["objective.importanceCap"],
            c =>
                c.Objective.ImportanceCap is > 0 and < 1
                    ? Text(
                        $"is {c.Objective.ImportanceCap}, which would weigh down tokens whose probabilities are the same; give 1 or more, "
                    ) + "e.g. 2, or 0 for no weights"
                    : null
        ),
        new(
            ["objective.importanceCap", "objective.generationLogprobs"],
            c =>
                c.Objective is { ImportanceCap: > 0, GenerationLogprobs: "sampling" }
                    ? Text(
                        $"is {c.Objective.ImportanceCap}, but with objective.generationLogprobs sampling the ratio is over the recorded "
                    ) + "logprobs already, and the weight would count their distance twice; set objective.generationLogprobs to recompute"
                    : null
        ),
        new(["objective.importanceBand"], c => BandFault(c.Objective.ImportanceBand)),
        new(
            ["objective.importanceLevel", "objective.importanceCap", "objective.importanceBand"],
            c =>
                c.Objective is { ImportanceLevel: not "token", ImportanceCap: 0 } && !HasBand(c.Objective)
                    ? $"is {c.Objective.ImportanceLevel}, but nothing is weighed or masked; set objective.importanceCap, e.g. to 2, or "
                        + "objective.importanceBand, or remove it"
                    : null
        ),
    ];

    /// <summary>Whether tokens are masked.</summary>
    public static bool HasBand(ObjectiveConfig objective) => objective.ImportanceBand is not [0, 0];

    private static string? BandFault(double[] band) =>
        band switch
        {
            [0, 0] => null,
            [<= 1, >= 1] => null,
            [var low, var high] => Text(
                $"is [{low}, {high}], which does not hold 1, the ratio of equal probabilities; give e.g. [0.5, 5], "
            ) + "or [0, 0] for no band",
            _ =>
                $"has {band.Length} number{(band.Length == 1 ? "" : "s")}; give the lowest and the highest ratio, e.g. [0.5, 5], or [0, 0] "
                    + "for no band",
        };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
