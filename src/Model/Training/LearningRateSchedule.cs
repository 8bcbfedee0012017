namespace Cppo.Model.Training;

/// <summary>The shape of the learning rate after its warm-up.</summary>
public enum ScheduleShape
{
    /// <summary>Half a cosine, to 0 at the end.</summary>
    Cosine,

    /// <summary>A straight line, to 0 at the end.</summary>
    Linear,

    /// <summary>No decay.</summary>
    Constant,
}

/// <summary>Linear warm-up from 0 over a share of all steps, then a decay. A pure function of the step.</summary>
/// <param name="Shape">The decay.</param>
/// <param name="PeakRate">The rate at the end of the warm-up.</param>
/// <param name="WarmupRatio">Share of the steps, 0 .. 1.</param>
/// <param name="TotalSteps">Optimizer steps of the whole run, at least 1.</param>
public sealed record LearningRateSchedule(ScheduleShape Shape, double PeakRate, double WarmupRatio, int TotalSteps)
{
    /// <summary>
    /// The rate of a step, counted from 0. With w = ceil(ratio * total) warm-up steps, step s &lt; w has peak * (s + 1) / w, so the
    /// first step is not lost; later ones have peak * decay((s - w) / (total - w)). Example: cosine, total 10, ratio 0.1: step 0 has
    /// the peak, step 5 has 0.59 of it.
    /// </summary>
    public double RateAt(int step)
    {
        int warmup = (int)Math.Ceiling(WarmupRatio * TotalSteps);
        if (step < warmup)
        {
            return PeakRate * (step + 1) / warmup;
        }

        double progress = Math.Clamp((double)(step - warmup) / Math.Max(1, TotalSteps - warmup), 0, 1);
        return PeakRate
            * Shape switch
            {
                ScheduleShape.Cosine => 0.5 * (1 + Math.Cos(Math.PI * progress)),
                ScheduleShape.Linear => 1 - progress,
                _ => 1,
            };
    }
}
