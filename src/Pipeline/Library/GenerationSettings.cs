using Cppo.Model.Engine;

namespace Cppo.Pipeline.Library;

/// <summary>How completions of a question are drawn.</summary>
public sealed record GenerationSettings
{
    private const double HighestTemperature = 10;

    /// <summary>Completions of the question, at least 1.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>
    /// 0 takes the likeliest token each time; others are 0.01 .. 10, with top-p, top-k and min-p as the model was trained.
    /// </summary>
    public double Temperature { get; init; }

    /// <summary>
    /// A completion that reaches this length in tokens, or the end of the model's context, ends there; at least 1. Null: as in training,
    /// or as the model's <c>generation_config.json</c> says, else 512.
    /// </summary>
    public int? MaxNewTokens { get; init; }

    /// <summary>The same seed draws the same completions.</summary>
    public ulong Seed { get; init; } = 1;

    internal void Require()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Samples, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxNewTokens ?? 1, 1, nameof(MaxNewTokens));
        if (Temperature is not (0 or (>= SamplingSettings.SmallestTemperature and <= HighestTemperature)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(Temperature),
                Temperature,
                $"Give 0 or {SamplingSettings.SmallestTemperature} to {HighestTemperature}."
            );
        }
    }
}
