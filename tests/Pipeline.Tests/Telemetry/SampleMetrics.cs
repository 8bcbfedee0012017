using Cppo.Pipeline.Graph;
using Cppo.Pipeline.Telemetry;
using Cppo.Stages;

namespace Cppo.Pipeline.Tests.Telemetry;

/// <summary>Metrics of small made-up updates.</summary>
internal static class SampleMetrics
{
    public static UpdateMetrics Of(int step, double rewardMean = 1.5, double loss = 0.25) =>
        UpdateMetrics.From(Batch(step), Report(step), new StageTimeline(TimeProvider.System), 1, TimeSpan.FromSeconds(10 + step)) with
        {
            RewardMean = rewardMean,
            Loss = loss,
        };

    /// <summary>One question with two completions of 3 and 5 tokens, rewards 3 and 0; the first is kept, the second pruned.</summary>
    public static TrainingBatch Batch(int step)
    {
        var question = new Question("q", "text", "1", step, []);
        Completion[] completions =
        [
            new(0, [1, 2, 3], [-1f, -1f, -1f], "one", FinishReason.Stop),
            new(1, [1, 2, 3, 4, 5], [-1f, -1f, -1f, -1f, -1f], "two", FinishReason.Length),
        ];
        var rollout = new RolloutGroup(question, [9, 9], step, step, "cpu", completions, DateTimeOffset.UnixEpoch);
        CompletionReward[] rewards =
        [
            new(3, [new RewardPart("accuracy", 2), new RewardPart("format", 1)], "1", "equal", true),
            new(0, [new RewardPart("accuracy", 0), new RewardPart("format", 0)], "", "no answer", false),
        ];
        var group = new PrunedGroup(
            new AdvantagedGroup(new ScoredGroup(rollout, rewards), [0.7, -0.7], 1.5, 2.1),
            [Fate.Kept, Fate.Pruned]
        );
        var sample = new TrainingSample(0, 0, 0, [1, 2, 3], [-1f, -1f, -1f], 0.7, 1.0 / 3);
        return new TrainingBatch(
            step,
            [group],
            [
                [
                    new MicroBatch(
                        0,
                        0,
                        [
                            [9, 9],
                        ],
                        [sample],
                        10,
                        5
                    ),
                ],
            ],
            1,
            1,
            3,
            1,
            0.5,
            step
        );
    }

    public static UpdateReport Report(int step) =>
        new(step, step + 1, 0.25, 0.2, 0.01, 0.1, 1.2, 0.9, 1e-5, 0, 1.5, 0, new GenerationGap(0.002, 0.03, 0, 1.001, 0, 0, 3));
}

/// <summary>A clock that tests move; its timestamps are seconds.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long seconds;

    public override long TimestampFrequency => 1;

    public void Advance(long by) => seconds += by;

    public override long GetTimestamp() => seconds;
}

/// <summary>An empty directory that goes when the test ends.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("cppo-tests-");

    public string Path => directory.FullName;

    public string Of(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    public void Dispose() => directory.Delete(recursive: true);
}
