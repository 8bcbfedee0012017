using Cppo.Model.Engine;
using Cppo.Stages.Objective;

namespace Cppo.Model.Training;

/// <summary>What an update does with a training batch.</summary>
public sealed record TrainerSettings
{
    /// <summary>Clip range, KL weight and aggregation.</summary>
    public required ObjectiveSettings Objective { get; init; }

    /// <summary>The learning rate by optimizer step.</summary>
    public required LearningRateSchedule Schedule { get; init; }

    /// <summary>AdamW's constants.</summary>
    public AdamWSettings AdamW { get; init; } = new();

    /// <summary>Optimizer steps on one training batch, at least 1.</summary>
    public int Passes { get; init; } = 2;

    /// <summary>Gradients of a larger global L2 norm are scaled down to it; 0: never.</summary>
    public double MaxGradientNorm { get; init; } = 1.0;

    /// <summary>The temperature that the completions were sampled at; logits are divided by it.</summary>
    public double Temperature { get; init; } = 1.0;

    /// <summary>
    /// Whether the ratio's denominator is what the first pass computes instead of what was recorded at sampling, so that the ratios of that
    /// pass are exactly 1.
    /// </summary>
    public bool RecomputeGenerationLogprobs { get; init; }

    /// <summary>
    /// Weights and masks of tokens by the ratio of the first pass's probabilities to those recorded at sampling; they stay as they are in
    /// the passes after it.
    /// </summary>
    public ImportanceSettings Importance { get; init; } = ImportanceSettings.Off;
}
