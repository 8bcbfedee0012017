using Cppo.Model.Engine;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;
using Cppo.Stages;

namespace Cppo.Pipeline.Models;

/// <summary>Renders every prompt once before a run, so that one that is too long is found at the start and not after hours.</summary>
internal static class PromptCheck
{
    private const int FaultsShown = 10;

    /// <summary>Checks that prompt and completion fit the model's context and that a sample fits a micro-batch.</summary>
    /// <exception cref="DataException">A question's prompt is too long; names up to ten.</exception>
    /// <exception cref="ModelFileException">The tokenizer knows more tokens than the model.</exception>
    public static void Run(
        PipelineConfig config,
        RunModels models,
        PromptRenderer prompts,
        IReadOnlyList<Question> train,
        IReadOnlyList<Question> test
    )
    {
        CheckVocabulary(config, models);
        int context = models.Config.MaxPositions,
            microBatch = config.Update.MicroBatchTokens;
        var faults = new List<string>();
        foreach (var (question, isTrained) in train.Select(question => (question, true)).Concat(test.Select(question => (question, false))))
        {
            int tokens = prompts.Render(question).Length,
                most = tokens + config.Rollout.MaxNewTokens;
            string sample =
                $"question {question.Id}: its prompt of {tokens} tokens and rollout.maxNewTokens {config.Rollout.MaxNewTokens} exceed";
            if (most > context)
            {
                faults.Add($"{sample} the model's context of {context}; shorten it, remove it, or lower rollout.maxNewTokens.");
            }
            else if (isTrained && most > microBatch)
            {
                faults.Add($"{sample} update.microBatchTokens {microBatch}; raise that to {most} or more, or remove the question.");
            }
        }

        if (faults.Count > 0)
        {
            string more = faults.Count > FaultsShown ? $"\n... and {faults.Count - FaultsShown} more" : "";
            throw new DataException(string.Join("\n", faults.Take(FaultsShown)) + more);
        }
    }

    /// <summary>As above; a stop ends it at once.</summary>
    public static Task RunAsync(
        PipelineConfig config,
        RunModels models,
        PromptRenderer prompts,
        IReadOnlyList<Question> train,
        IReadOnlyList<Question> test,
        CancellationToken stop
    ) =>
        Abandonable.RunAsync(
            _ =>
            {
                Run(config, models, prompts, train, test);
                return true;
            },
            stop
        );

    /// <summary>Checks that the model has every token of its tokenizer.</summary>
    /// <exception cref="ModelFileException">It has fewer.</exception>
    public static void CheckVocabulary(PipelineConfig config, RunModels models)
    {
        if (models.Tokenizer.VocabSize > models.Config.VocabSize)
        {
            throw new ModelFileException(
                $"The tokenizer in '{RunModels.TokenizerDirectory(config)}' has {models.Tokenizer.VocabSize} tokens, the model only "
                    + $"{models.Config.VocabSize}; they belong to different models."
            );
        }
    }
}
