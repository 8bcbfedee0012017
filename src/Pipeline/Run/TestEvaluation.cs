using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Distributed;
using Cppo.Pipeline.Evaluation;
using Cppo.Pipeline.Models;
using Cppo.Pipeline.Settings;
using Cppo.Pipeline.Telemetry;
using Cppo.Stages;

namespace Cppo.Pipeline.Run;

/// <summary>Evaluates the newest policy on the run's test file, on the first rollout device.</summary>
/// <param name="policy">What is evaluated.</param>
/// <param name="prompts">How questions are asked.</param>
/// <param name="questions">The whole test file.</param>
/// <param name="recorder">Takes the result.</param>
/// <param name="ranks">The processes that share the questions.</param>
/// <param name="stop">Ends an evaluation; the part that was made is not reported, and a resumed run makes the whole.</param>
internal sealed class TestEvaluation(
    RunPolicy policy,
    PromptRenderer prompts,
    IReadOnlyList<Question> questions,
    RunRecorder recorder,
    RunRanks ranks,
    CancellationToken stop
)
{
    /// <summary>
    /// Whether a run that begins or goes on after <paramref name="done"/> updates evaluates before it trains: at its beginning, where that
    /// is configured, and where an evaluation that was due then was stopped.
    /// </summary>
    public static bool IsFirst(PipelineConfig config, string runDirectory, int done) =>
        IsDue(config, done) && (done == 0 || !Recorded(runDirectory).Contains(done));

    /// <summary>
    /// What is said of a run that goes on after <paramref name="done"/> updates and has not all evaluations of policies before: those are
    /// gone, and with them what could make the lines again. Null where all that the configuration asks for are recorded.
    /// </summary>
    public static string? DescribeMissing(PipelineConfig config, string runDirectory, int done)
    {
        int[] missing = [.. Enumerable.Range(0, done).Where(number => IsDue(config, number)).Except(Recorded(runDirectory))];
        return missing.Length == 0
            ? null
            : $"warning: {Path.Combine(runDirectory, MetricsWriter.EvaluationsFile)} lacks the evaluations after "
                + $"{string.Join(", ", missing)} updates; they are not made again";
    }

    /// <summary>Whether the policy after <paramref name="done"/> updates is evaluated; that of the run's end has its own key.</summary>
    public static bool IsDue(PipelineConfig config, int done) =>
        done == 0
            ? config.Evaluation.Before
            : done < config.Run.Updates && config.Evaluation.Every > 0 && done % config.Evaluation.Every == 0;

    private static HashSet<int> Recorded(string runDirectory) =>
        [.. StepLines.Read(Path.Combine(runDirectory, MetricsWriter.EvaluationsFile)).Select(line => line.Step)];

    /// <summary>Evaluates policy version <paramref name="version"/>, which is the number of updates done.</summary>
    /// <param name="version">The newest.</param>
    /// <param name="cancel">Ends it at once, with an exception.</param>
    /// <param name="isTraining">
    /// Whether updates follow. Where several processes have begun a batch ahead, which they finish, a stop waits for the evaluation, as the
    /// policy that it is of is gone when the run goes on.
    /// </param>
    /// <returns>Whether all of it was evaluated; false where it was stopped.</returns>
    public async Task<bool> RunAsync(int version, CancellationToken cancel, bool isTraining = false)
    {
        var (config, models, versions) = policy;
        using var newest = models.ShareNewest(version);
        var sampling = SettingsMap.Evaluation(config, models.Tokenizer.StopTokenIds);
        var settings = EvaluatorSettings.Of(config, SettingsMap.Judging(config), ks: []);
        bool mayStop = !isTraining || config.Update.MaxStaleness == 0;
        var shared = ranks.IsAlone
            ? null
            : new RankedRollouts(models.Rollouts[0], ranks.Updates, () => mayStop && stop.IsCancellationRequested);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(shared is null ? stop : CancellationToken.None, cancel);
        try
        {
            recorder.Answered(0, questions.Count);
            var result = await new Evaluator(shared ?? models.Rollouts[0], models.Tokenizer, prompts, questions).RunAsync(
                newest ?? versions.Get(version, device: 0),
                sampling,
                settings with
                {
                    QuestionsPerCall = settings.QuestionsPerCall * ranks.Size,
                },
                either.Token,
                answered => recorder.Answered(answered, questions.Count)
            );
            recorder.Evaluated(version, result);
            return true;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested && (shared?.IsStopped ?? stop.IsCancellationRequested))
        {
            recorder.Line($"the evaluation after {version} updates was stopped and is not reported; the resumed run makes it");
            return false;
        }
    }
}
