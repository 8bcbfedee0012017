using Cppo.Model.Engine;
using Cppo.Stages;

namespace Cppo.Model.Training;

/// <summary>A prompt and the completion to learn, in token ids; the completion ends with a stop token.</summary>
public sealed record SupervisedExample(int[] Prompt, int[] Completion);

/// <summary>The numbers of a supervised training.</summary>
public sealed record SupervisedSettings
{
    /// <summary>Examples per optimizer step, at least 1.</summary>
    public required int ExamplesPerStep { get; init; }

    /// <summary>The learning rate by optimizer step.</summary>
    public required LearningRateSchedule Schedule { get; init; }

    /// <summary>AdamW's constants.</summary>
    public AdamWSettings AdamW { get; init; } = new();

    /// <summary>Gradients of a larger global L2 norm are scaled down to it.</summary>
    public double MaxGradientNorm { get; init; } = 1.0;
}

/// <summary>
/// Next-token training on completions: the loss is the mean of -logprob over a step's completion tokens; prompts carry none.
/// </summary>
public sealed class SupervisedTrainer(ITrainableEngine engine, SupervisedSettings settings)
{
    /// <summary>One optimizer step; returns its loss in nats per token.</summary>
    /// <param name="step">From 0; decides the learning rate.</param>
    /// <param name="examples">At least one.</param>
    /// <exception cref="NonFiniteUpdateException">The loss or the gradient is not finite; the weights are as before.</exception>
    public double Step(int step, IReadOnlyList<SupervisedExample> examples)
    {
        int numTokens = examples.Sum(example => example.Completion.Length);
        double loss = 0;
        engine.ZeroGradients();
        engine.ForwardBackward(
            ToMicroBatch(examples),
            temperature: 1,
            logprobs =>
            {
                loss = -logprobs.Sum(row => row.Sum(value => (double)value)) / numTokens;
                return [.. logprobs.Select(row => Enumerable.Repeat(-1f / numTokens, row.Length).ToArray())];
            }
        );
        double norm = engine.GradientNorm();
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
        {
            int first = (step * settings.ExamplesPerStep) + 1;
            throw new NonFiniteUpdateException(
                $"Supervised step {step} (examples {first} to {first + examples.Count - 1}): the loss is {loss} and the gradient norm "
                    + $"{norm}. {(step == 0 ? "It was the first, so the model itself may be at fault." : "Try a smaller learning rate.")}"
            );
        }

        double scale = norm > settings.MaxGradientNorm ? settings.MaxGradientNorm / norm : 1;
        engine.Step(new AdamWStep(settings.Schedule.RateAt(step), scale, settings.AdamW));
        return loss;
    }

    private static MicroBatch ToMicroBatch(IReadOnlyList<SupervisedExample> examples) =>
        new(
            device: 0,
            index: 0,
            prompts: [.. examples.Select(example => example.Prompt)],
            samples:
            [
                .. examples.Select(
                    (example, i) =>
                        new TrainingSample(
                            prompt: i,
                            group: i,
                            completion: 0,
                            example.Completion,
                            generationLogprobs: new float[example.Completion.Length],
                            advantage: 0,
                            tokenWeight: 0
                        )
                ),
            ],
            tokenCapacity: int.MaxValue,
            numTokens: examples.Sum(example => example.Prompt.Length + example.Completion.Length)
        );
}
