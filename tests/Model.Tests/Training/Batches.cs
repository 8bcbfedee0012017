using Cppo.Model.Training;
using Cppo.Stages;
using Cppo.Stages.Objective;

namespace Cppo.Model.Tests.Training;

/// <summary>Training batches and settings for tests of the trainer.</summary>
internal static class Batches
{
    internal static readonly int[][] Prompts =
    [
        [3, 4, 5],
        [6, 7],
    ];

    /// <summary>Two questions with two completions each; all weights add up to the mean over the update's tokens.</summary>
    internal static TrainingSample[] FourSamples(float generationLogprob = -1, double tokenWeight = 1.0 / 10) =>
        [
            Sample(0, 0, [7, 8, 9], 1.2, generationLogprob, tokenWeight),
            Sample(0, 1, [10, 11], -0.7, generationLogprob, tokenWeight),
            Sample(1, 0, [12, 13, 14, 15], 0.9, generationLogprob, tokenWeight),
            Sample(1, 1, [16], -1.1, generationLogprob, tokenWeight),
        ];

    internal static MicroBatch Micro(int device, int index, params TrainingSample[] samples) =>
        new(device, index, Prompts, samples, 1000, samples.Sum(sample => Prompts[sample.Prompt].Length + sample.TokenIds.Length));

    internal static TrainingBatch Of(int index, params MicroBatch[][] microBatches)
    {
        var samples = microBatches.SelectMany(device => device).SelectMany(microBatch => microBatch.Samples).ToArray();
        return new TrainingBatch(
            index,
            [Group("first"), Group("second")],
            microBatches,
            2,
            samples.Length,
            samples.Sum(sample => sample.TokenIds.Length),
            0.5,
            0.5,
            index
        );
    }

    /// <summary>The completions of a question, as far as the trainer looks at them.</summary>
    private static PrunedGroup Group(string questionId) =>
        new(
            new AdvantagedGroup(
                new ScoredGroup(
                    new RolloutGroup(new Question(questionId, "", "", 0, []), [], 0, 0, "cpu", [], DateTimeOffset.UnixEpoch),
                    []
                ),
                [],
                0,
                0
            ),
            []
        );

    internal static TrainerSettings Settings(double beta = 0.04, int passes = 1, bool recompute = false) =>
        new()
        {
            Objective = new ObjectiveSettings(Surrogates.table.Find("clipped"), 0.2, 0.2, beta),
            Schedule = new LearningRateSchedule(ScheduleShape.Linear, 1e-3, 0, 10),
            Passes = passes,
            Temperature = 0.8,
            RecomputeGenerationLogprobs = recompute,
        };

    private static TrainingSample Sample(
        int group,
        int completion,
        int[] tokens,
        double advantage,
        float generationLogprob,
        double tokenWeight
    ) => new(group, group, completion, tokens, [.. tokens.Select(_ => generationLogprob)], advantage, tokenWeight);
}
