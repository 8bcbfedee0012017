using Cppo.Stages;
using Cppo.Stages.Objective;

namespace Cppo.Model.Training;

/// <summary>A micro-batch with what does not change from pass to pass.</summary>
/// <param name="batch">The micro-batch.</param>
/// <param name="referenceLogprobs">Shape [sample][T]; empty where beta is 0.</param>
internal sealed class PreparedBatch(MicroBatch batch, float[][] referenceLogprobs)
{
    /// <summary>With the generation logprobs that count.</summary>
    public MicroBatch Batch { get; private set; } = batch;

    public float[][] ReferenceLogprobs => referenceLogprobs;

    /// <summary>Of the first pass; empty before it, and where nothing is corrected.</summary>
    public double[][] ImportanceWeights { get; private set; } = [];

    /// <summary>Of the first pass; null before it.</summary>
    public GenerationGap? Gap { get; private set; }

    /// <summary>
    /// Takes what the first pass says of the policy that generates no more: how far sampling was from it, the weights that follow, and
    /// where these are wanted, the generation logprobs that count from now on.
    /// </summary>
    public void Meet(float[][] policy, TrainerSettings settings)
    {
        float[][] generation = [.. Batch.Samples.Select(sample => sample.GenerationLogprobs)];
        Gap = Importance.measure(settings.Importance, generation, policy);
        ImportanceWeights = Importance.weights(settings.Importance, generation, policy);
        if (settings.RecomputeGenerationLogprobs)
        {
            Batch = WithGenerationLogprobs(Batch, policy);
        }
    }

    private static MicroBatch WithGenerationLogprobs(MicroBatch batch, float[][] logprobs) =>
        new(
            batch.Device,
            batch.Index,
            batch.Prompts,
            [
                .. batch.Samples.Select(
                    (s, i) => new TrainingSample(s.Prompt, s.Group, s.Completion, s.TokenIds, logprobs[i], s.Advantage, s.TokenWeight)
                ),
            ],
            batch.TokenCapacity,
            batch.NumTokens
        );
}
