using System.Diagnostics;
using Cppo.Model.Engine;
using Cppo.Model.Tokenizer;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Models;
using Cppo.Stages;

namespace Cppo.Pipeline.Evaluation;

/// <summary>How an evaluation draws and judges.</summary>
/// <param name="Rule">How answers are judged.</param>
/// <param name="Samples">Completions for each question.</param>
/// <param name="QuestionsPerCall">Questions that the engine answers together; changes no number.</param>
/// <param name="Ks">Each k of pass@k; those above the number of samples are left out.</param>
internal sealed record EvaluatorSettings(JudgingRule Rule, int Samples, int QuestionsPerCall, int[] Ks)
{
    /// <summary>As the configuration says, with as many completions at a time as a rollout call has.</summary>
    public static EvaluatorSettings Of(PipelineConfig config, JudgingRule rule, int[] ks) =>
        new(
            rule,
            config.Evaluation.Samples,
            Math.Max(1, config.Rollout.QuestionsPerCall * config.Rollout.Group / config.Evaluation.Samples),
            ks
        );
}

/// <summary>
/// Answers every question of a test file and judges the completions. The full file, always: nothing is left out of the last batch.
/// </summary>
internal sealed class Evaluator(IRolloutEngine engine, ITokenizer tokenizer, PromptRenderer prompts, IReadOnlyList<Question> questions)
{
    /// <summary>Randomness of evaluations is counted from ordinals that no training question has.</summary>
    private const long FirstKey = -1L << 40;

    /// <summary>Evaluates a snapshot.</summary>
    /// <param name="snapshot">The weights.</param>
    /// <param name="sampling">How tokens are drawn; its seed also fixes the intervals.</param>
    /// <param name="settings">How many samples, and how they are judged.</param>
    /// <param name="cancel">Checked at least once a token, and between two completions that are judged; nothing is returned then.</param>
    /// <param name="onAnswered">
    /// Takes the number of questions answered so far whenever it has grown, one call at a time; with an engine that tells of no completion
    /// before the last, after each of its calls.
    /// </param>
    public async Task<EvaluationResult> RunAsync(
        IPolicySnapshot snapshot,
        SamplingSettings sampling,
        EvaluatorSettings settings,
        CancellationToken cancel,
        Action<int>? onAnswered = null
    )
    {
        long start = Stopwatch.GetTimestamp();
        var answered = new List<EvaluatedQuestion>(questions.Count);
        var count = new AnswerCount(settings.Samples, onAnswered ?? (_ => { }));
        for (int first = 0; first < questions.Count; first += settings.QuestionsPerCall)
        {
            cancel.ThrowIfCancellationRequested();
            var part = questions.Skip(first).Take(settings.QuestionsPerCall).ToArray();
            var request = new GenerationRequest
            {
                Prompts = [.. part.Select((question, i) => new GenerationPrompt(prompts.Render(question), FirstKey + first + i))],
                GroupSize = settings.Samples,
                Sampling = sampling,
                Ended = count.CompletionEnded,
                Exact = true,
            };
            var groups = await engine.GenerateAsync(snapshot, request, cancel);
            if (groups.Length != part.Length || groups.Any(group => group.Completions.Length != settings.Samples))
            {
                throw new InvalidOperationException(
                    $"The engine answered {groups.Length} of {part.Length} questions, or one with another number of samples than "
                        + $"{settings.Samples}."
                );
            }

            answered.AddRange(part.Zip(groups, (question, group) => Judged(question, group, settings.Rule, cancel)));
            count.CallEnded(answered.Count);
        }

        cancel.ThrowIfCancellationRequested();
        if (answered.Count != questions.Count)
        {
            throw new InvalidOperationException($"{answered.Count} of {questions.Count} questions were judged.");
        }

        EvaluatedQuestion[] all = [.. answered];
        var judged = all.Select(question => question.Samples.Select(sample => sample.Judged).ToArray()).ToArray();
        var summary = Summary.compute(settings.Rule, sampling.Seed, settings.Ks, judged);
        return new EvaluationResult(snapshot.PolicyVersion, summary, all, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private EvaluatedQuestion Judged(Question question, GeneratedGroup group, JudgingRule rule, CancellationToken cancel) =>
        new(
            question,
            [
                .. group.Completions.Select(completion =>
                {
                    cancel.ThrowIfCancellationRequested();
                    string text = tokenizer.Decode(completion.TokenIds);
                    return new EvaluatedSample(
                        text,
                        new JudgedSample(
                            Judge.completion(rule, question.Answer, text),
                            completion.TokenIds.Length,
                            completion.FinishReason.IsLength
                        )
                    );
                }),
            ]
        );
}
