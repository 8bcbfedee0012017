using System.Globalization;
using Cppo.Model.Training;
using Cppo.Stages;

namespace Cppo.Pipeline.Run;

/// <summary>What a run says of updates that its spike guard skipped.</summary>
internal static class SpikeNotice
{
    /// <summary>A line about one of them, with the questions of its batch that were trained on.</summary>
    public static string Of(TrainingBatch batch, UpdateReport report, int passes, SpikeGuard guard)
    {
        double median = guard.Median ?? 0;
        string questions = string.Join(
            ", ",
            batch.Groups.Where(group => group.KeptIndices.Length > 0).Select(group => group.Advantaged.Scored.Rollout.Question.Id)
        );
        string steps = passes == 1 ? "it was skipped" : $"{report.StepsSkipped} of its {passes} steps were skipped";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"step {batch.Index}: the gradient norm {report.GradientNorm:G4} is {report.GradientNorm / median:G3} times the median "
                + $"{median:G4}, above update.guard.multiple = {guard.Multiple}; {steps}; questions: {questions}"
        );
    }

    /// <summary>Ends a run whose gradients stay above what the guard lets through: its weights will not change any more.</summary>
    /// <param name="guard">Null where there is none.</param>
    /// <param name="most">Updates in a row that may be skipped.</param>
    /// <exception cref="SpikesOnlyException">So many were.</exception>
    public static void StopWhereAllAreSkipped(SpikeGuard? guard, int most)
    {
        if (guard is not null && guard.SkippedInARow >= most)
        {
            throw new SpikesOnlyException(guard);
        }
    }
}

/// <summary>Too many updates in a row were skipped by the spike guard.</summary>
internal sealed class SpikesOnlyException(SpikeGuard guard)
    : Exception(
        string.Create(
            CultureInfo.InvariantCulture,
            $"{guard.SkippedInARow} updates in a row were skipped, as their gradient norms are above {guard.Multiple} times the median "
                + $"{guard.Median:G4} of those before. The weights are those of before; begin a new run with a larger "
                + $"update.guard.multiple, or with a smaller update.learningRate."
        )
    );
