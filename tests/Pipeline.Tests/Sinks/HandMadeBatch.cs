using Cppo.Stages;

namespace Cppo.Pipeline.Tests.Sinks;

/// <summary>A batch with every fate: two groups of four, one of two; three completions are trained on, on two devices.</summary>
public static class HandMadeBatch
{
    public static readonly DateTimeOffset Time = new(2025, 3, 1, 14, 0, 0, 250, TimeSpan.FromHours(2));

    public static TrainingBatch Create(int index = 3)
    {
        PrunedGroup[] groups =
        [
            Group(index, 0, [Fate.Kept, Fate.Pruned, Fate.Pruned, Fate.Kept]),
            Group(index, 1, [Fate.NewDropped(DropReason.ZeroAdvantage), Fate.NewDropped(DropReason.ZeroAdvantage)]),
            Group(index, 2, [Fate.NewDropped(DropReason.TooLong), Fate.Kept, Fate.NewDropped(DropReason.NoRoom), Fate.Pruned]),
        ];
        MicroBatch[][] microBatches =
        [
            [MicroBatchOf(0, 0, groups, (0, 0)), MicroBatchOf(0, 1, groups, (0, 3))],
            [MicroBatchOf(1, 0, groups, (2, 1))],
        ];
        return new TrainingBatch(index, groups, microBatches, 2, 3, 8, 0.5, 0.5, index);
    }

    public static TrainingBatch Empty(int index) =>
        new(
            index,
            [],
            [
                [],
            ],
            0,
            0,
            0,
            0,
            0,
            index
        );

    private static PrunedGroup Group(int batch, int number, Fate[] fates)
    {
        Completion[] completions = [.. fates.Select((_, i) => Completion(number, i))];
        var question = new Question($"q{number}", $"How many are {number}?\n\"ä\" 🦆", $"#### {number}", batch + number, []);
        var rollout = new RolloutGroup(question, [1, 2], batch, batch - 1, "rollout:0", completions, Time);
        CompletionReward[] rewards =
        [
            .. fates.Select(
                (_, i) =>
                    new CompletionReward(
                        i + 0.5,
                        [new RewardPart("accuracy", i), new RewardPart("tagCount", 0.5)],
                        i == 0 ? "" : $"{i}",
                        $"rule {i % 2}",
                        i > 0
                    )
            ),
        ];
        double[] advantages = [.. fates.Select((_, i) => i - 1.25)];
        return new PrunedGroup(new AdvantagedGroup(new ScoredGroup(rollout, rewards), advantages, 1.5, 0.75), fates);
    }

    private static Completion Completion(int group, int index) =>
        new(
            index,
            [.. Enumerable.Range(0, index + 1).Select(token => (100 * group) + (10 * index) + token)],
            [.. Enumerable.Range(0, index + 1).Select(token => -token / 4f)],
            $"<think>{group}</think>\n<answer>{index}</answer>",
            index == 2 ? FinishReason.Length : FinishReason.Stop
        );

    private static MicroBatch MicroBatchOf(int device, int index, PrunedGroup[] groups, params (int Group, int Completion)[] samples) =>
        new(
            device,
            index,
            [
                [1, 2],
            ],
            [
                .. samples.Select(sample =>
                {
                    var completion = groups[sample.Group].Advantaged.Scored.Rollout.Completions[sample.Completion];
                    return new TrainingSample(
                        0,
                        sample.Group,
                        sample.Completion,
                        completion.TokenIds,
                        completion.GenerationLogprobs,
                        sample.Completion - 1.25,
                        0.1
                    );
                }),
            ],
            100,
            50
        );
}
