using Cppo.Model.Engine;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Models;
using Cppo.Pipeline.Settings;

namespace Cppo.Pipeline.Evaluation;

/// <summary>Evaluates model directories outside of a run.</summary>
internal static class ModelEvaluation
{
    /// <summary>
    /// Refuses a model or adapter directory without a readable configuration, before another model is evaluated for hours.
    /// </summary>
    /// <exception cref="ModelFileException">It is missing or damaged.</exception>
    public static void RequireModel(PipelineConfig config) => ModelSource.RequireReadable(config.Model.Path);

    /// <summary>Makes all evaluations of one model, which is loaded once.</summary>
    /// <param name="plans">At least one; <c>model</c> is the same in all.</param>
    /// <param name="questions">The questions of each plan.</param>
    /// <param name="onStart">Takes a sentence as each evaluation begins.</param>
    /// <param name="onAnswered">Takes how many of its questions are answered, first 0, and of how many; a call at a time.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="DataException">A question does not fit the model's context; found before the first evaluation begins.</exception>
    public static async Task<EvaluationReport[]> RunAsync(
        IReadOnlyList<EvaluationPlan> plans,
        IReadOnlyList<TestQuestions> questions,
        Action<string> onStart,
        Action<int, int> onAnswered,
        CancellationToken cancel
    )
    {
        string path = plans[0].Config.Model.Path;
        onStart($"evaluating {path} on {string.Join(", ", plans.Select(plan => plan.Config.Data.Test.Path))}");
        using var model = await LoadedModel.LoadAsync(plans[0].Config, cancel);
        var renderers = plans.Select(plan => new PromptRenderer(model.Tokenizer, plan.Config.Prompt)).ToArray();
        for (int i = 0; i < plans.Count; i++)
        {
            await PromptCheck.RunAsync(plans[i].Config, model.Models, renderers[i], [], questions[i].Questions, cancel);
        }

        var reports = new EvaluationReport[plans.Count];
        for (int i = 0; i < reports.Length; i++)
        {
            var (plan, test) = (plans[i], questions[i]);
            var sampling = SettingsMap.Evaluation(plan.Config, model.Tokenizer.StopTokenIds);
            onAnswered(0, test.Questions.Length);
            var result = await new Evaluator(model.Engine, model.Tokenizer, renderers[i], test.Questions).RunAsync(
                model.Snapshot,
                sampling,
                EvaluatorSettings.Of(plan.Config, plan.Rule, plan.Ks),
                cancel,
                answered => onAnswered(answered, test.Questions.Length)
            );
            reports[i] = new EvaluationReport(plan, path, result, test);
        }

        return reports;
    }
}
