using System.Globalization;

namespace Cppo.Pipeline.Telemetry;

/// <summary>How far an evaluation has come.</summary>
/// <param name="Answered">Questions that are answered.</param>
/// <param name="Questions">All of them.</param>
/// <param name="StartedAt">Timestamp of its begin.</param>
/// <param name="WrittenAt">Timestamp at which a log was last told of it; its begin before that.</param>
internal sealed record EvaluationProgress(int Answered, int Questions, long StartedAt, long WrittenAt)
{
    /// <summary>Example: "128/600 questions, 0:07 left"; the time is left out before the first answer.</summary>
    public string Describe(TimeProvider time)
    {
        string done = string.Create(CultureInfo.InvariantCulture, $"{Answered}/{Questions} questions");
        return Answered == 0
            ? done
            : $"{done}, {ProgressState.Duration(time.GetElapsedTime(StartedAt) / Answered * (Questions - Answered))} left";
    }
}
