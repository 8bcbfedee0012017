using System.Globalization;
using System.Text.Json.Nodes;
using Cppo.Pipeline.Sinks;
using Cppo.Stages;

namespace Cppo.Pipeline.Bench;

/// <summary>
/// How fast a run's completions are written: rows with text, token ids and logprobs, flushed to the disk, one file an update.
/// </summary>
/// <param name="Files">Files written.</param>
/// <param name="Rows">Completions in all of them.</param>
/// <param name="Bytes">What they take on the disk.</param>
/// <param name="Seconds">Median time to write all.</param>
internal sealed record ParquetBench(int Files, long Rows, long Bytes, double Seconds)
{
    private const int Groups = 16;
    private const int GroupSize = 16;

    /// <summary>Writes files of 256 completions into <paramref name="directory"/> and removes them.</summary>
    public static ParquetBench Run(string directory, int files, int completionTokens, int repeat, CancellationToken stop)
    {
        var place = Directory.CreateDirectory(Path.Combine(directory, Path.GetRandomFileName()));
        try
        {
            var batches = Enumerable.Range(0, files).Select(index => Batch(index, completionTokens)).ToArray();
            var settings = new RolloutSinkSettings
            {
                Directory = place.FullName,
                RunId = "bench",
                UpdateDevices = ["cpu"],
                RewardNames = ["accuracy", "format"],
                PromptText = static _ =>
                    "<|im_start|>user\nHow many apples are left of 7 when 3 are eaten?<|im_end|>\n<|im_start|>assistant\n",
            };
            double seconds = BenchClock.MedianSeconds(() => WriteAsync(settings, batches, stop).GetAwaiter().GetResult(), repeat, stop);
            long bytes = place.EnumerateFiles("*.parquet", SearchOption.AllDirectories).Sum(file => file.Length);
            return new ParquetBench(files, (long)files * Groups * GroupSize, bytes, seconds);
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }

    /// <summary>One line for people.</summary>
    public string Describe() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Rows} completions in {Files} files of {Bytes / Files / 1024.0:0} KiB: {Rows / Seconds:0} completions/s, "
                + $"{Bytes / Seconds / 1e6:0.0} MB/s, {1000 * Seconds / Files:0.0} ms a file"
        );

    /// <summary>One JSON object in one line.</summary>
    public string ToJson() =>
        new JsonObject
        {
            ["files"] = Files,
            ["rows"] = Rows,
            ["bytes"] = Bytes,
            ["seconds"] = Math.Round(Seconds, 4),
            ["rows_per_second"] = (long)(Rows / Seconds),
        }.ToJsonString();

    private static async Task WriteAsync(RolloutSinkSettings settings, TrainingBatch[] batches, CancellationToken stop)
    {
        await using var sink = new ParquetRolloutSink(settings);
        foreach (var batch in batches)
        {
            await sink.WriteAsync(batch, stop);
        }
    }

    private static TrainingBatch Batch(int index, int completionTokens)
    {
        var random = new Random(index);
        return new TrainingBatch(
            index,
            groups: [.. Enumerable.Range(0, Groups).Select(group => Group(index, group, completionTokens, random))],
            microBatches:
            [
                [],
            ],
            numQuestions: 0,
            numSamples: 0,
            numLossTokens: 0,
            capacityFill: 0,
            tokenFill: 0,
            oldestPolicyVersion: index
        );
    }

    private static PrunedGroup Group(int batch, int group, int completionTokens, Random random)
    {
        var question = new Question(
            $"q{batch}-{group}",
            "How many apples are left of 7 when 3 are eaten?",
            "4",
            ordinal: (batch * Groups) + group,
            earlier: []
        );
        var completions = Enumerable.Range(0, GroupSize).Select(index => Completion(index, completionTokens, random)).ToArray();
        var rollout = new RolloutGroup(question, [1, 2, 3], batch, batch, "cpu", completions, DateTimeOffset.UnixEpoch);
        var rewards = completions.Select(_ => new CompletionReward(
            2,
            [new RewardPart("accuracy", 1), new RewardPart("format", 1)],
            "4",
            "exact: '4' = '4'; format kept",
            true
        ));
        double[] advantages = completions.Select(_ => random.NextDouble()).ToArray();
        return new PrunedGroup(
            new AdvantagedGroup(new ScoredGroup(rollout, [.. rewards]), advantages, rewardMean: 1, rewardStd: 1),
            [.. completions.Select(_ => Fate.Pruned)]
        );
    }

    private static Completion Completion(int index, int tokens, Random random) =>
        new(
            index,
            [.. Enumerable.Range(0, tokens).Select(_ => random.Next(512))],
            [.. Enumerable.Range(0, tokens).Select(_ => -random.NextSingle())],
            string.Concat(Enumerable.Range(0, tokens).Select(_ => (char)('a' + random.Next(26)))),
            FinishReason.Length
        );
}
