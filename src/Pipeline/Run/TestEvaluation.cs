using Cppo.Pipeline.Evaluation;
using Cppo.Pipeline.Models;
using Cppo.Pipeline.Settings;
using Cppo.Stages;

namespace Cppo.Pipeline.Run;

/// <summary>Evaluates the newest policy on the run's test file, on the first rollout device.</summary>
internal sealed class TestEvaluation(RunPolicy policy, PromptRenderer prompts, IReadOnlyList<Question> questions, RunRecorder recorder)
{
    /// <summary>Evaluates policy version <paramref name="version"/>, which is the number of updates done.</summary>
    public async Task<EvaluationResult> RunAsync(int version, CancellationToken cancel)
    {
        var (config, models, versions) = policy;
        var sampling = SettingsMap.Sampling(config, models.Tokenizer.StopTokenIds) with { Temperature = config.Evaluation.Temperature };
        recorder.Answered(0, questions.Count);
        var result = await new Evaluator(models.Rollouts[0], models.Tokenizer, prompts, questions).RunAsync(
            versions.Get(version, device: 0),
            sampling,
            EvaluatorSettings.Of(config, SettingsMap.Judging(config), ks: []),
            cancel,
            answered => recorder.Answered(answered, questions.Count)
        );
        recorder.Evaluated(version, result);
        return result;
    }
}
