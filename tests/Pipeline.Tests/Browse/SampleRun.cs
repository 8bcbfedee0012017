using Cppo.Pipeline.Sinks;
using Cppo.Pipeline.Telemetry;
using Cppo.Pipeline.Tests.Sinks;
using Cppo.Pipeline.Tests.Telemetry;
using Cppo.Stages;

namespace Cppo.Pipeline.Tests.Browse;

/// <summary>Directories of runs as a run leaves them, but for model and checkpoints.</summary>
internal static class SampleRun
{
    public const string Config =
        """{"formatVersion":2,"run":{"name":"r","seed":7,"updates":3},"model":{"path":"gone"},"update":{"learningRate":1E-05}}""";

    /// <summary>A run of the hand-made batch, once for each step.</summary>
    public static Task WriteAsync(string directory, params int[] steps) =>
        WriteAsync(directory, Config, [.. steps.Select(HandMadeBatch.Create)]);

    public static async Task WriteAsync(string directory, string config, params TrainingBatch[] batches)
    {
        Directory.CreateDirectory(directory);
        await File.WriteAllTextAsync(Path.Combine(directory, "config.json"), config);
        using (var metrics = new MetricsWriter(directory, 0))
        {
            foreach (var batch in batches)
            {
                metrics.Write(SampleMetrics.Of(batch.Index) with { Questions = batch.Groups.Length, TokensGenerated = 100 });
            }
        }

        foreach (var batch in batches)
        {
            await WriteCompletionsAsync(directory, batch);
        }
    }

    public static async Task WriteCompletionsAsync(string directory, TrainingBatch batch)
    {
        await using var sink = new ParquetRolloutSink(
            new RolloutSinkSettings
            {
                Directory = Path.Combine(directory, "completions"),
                RunId = "r",
                UpdateDevices = ["cuda:0", "cuda:1"],
                RewardNames = ["accuracy", "tagCount"],
                PromptText = ids => string.Join(" ", ids.Select(id => $"<{id}>")),
            }
        );
        await sink.WriteAsync(batch, default);
    }

    /// <summary>A batch of one group, whose question and completions are the given texts; nothing is trained on.</summary>
    public static TrainingBatch Batch(int step, string question, params string[] completions)
    {
        Completion[] made =
        [
            .. completions.Select((text, index) => new Completion(index, [1, 2], [-0.5f, -1.25f], text, FinishReason.Stop)),
        ];
        var rollout = new RolloutGroup(
            new Question("q", question, question, step, []),
            [1],
            step,
            step,
            "cpu",
            made,
            DateTimeOffset.UnixEpoch
        );
        CompletionReward[] rewards =
        [
            .. made.Select(
                (_, index) =>
                    new CompletionReward(
                        index,
                        [new RewardPart("accuracy", index), new RewardPart("tagCount", 0)],
                        question,
                        question,
                        index > 0
                    )
            ),
        ];
        var group = new PrunedGroup(
            new AdvantagedGroup(new ScoredGroup(rollout, rewards), [.. made.Select((_, index) => index - 0.5)], 0.5, 0.5),
            [.. made.Select(_ => Fate.Pruned)]
        );
        return new TrainingBatch(
            step,
            [group],
            [
                [],
            ],
            1,
            0,
            0,
            0,
            0,
            step
        );
    }
}
