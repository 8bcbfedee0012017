using System.Globalization;
using System.Text;
using Cppo.Model.Files;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Graph;
using Cppo.Pipeline.Sinks;
using Cppo.Pipeline.Telemetry;
using Cppo.Stages;

namespace Cppo.Pipeline.Bench;

/// <summary>
/// A run of made-up completions, as large as is asked for, with the files that a run leaves but for checkpoints and model: rewards,
/// formats, lengths and fates differ, questions come again. The same on every machine.
/// </summary>
/// <param name="Groups">Groups of the run.</param>
/// <param name="Updates">Updates, each with as many groups.</param>
/// <param name="GroupSize">Completions of a group.</param>
/// <param name="Tokens">Tokens of the longest completion; the shortest has a quarter.</param>
internal sealed record ViewRun(int Groups, int Updates, int GroupSize, int Tokens)
{
    private const int Vocabulary = 500;
    private static readonly string[] Words =
    [
        "apples",
        "and",
        "pears",
        "so",
        "left",
        "has",
        "three",
        "four",
        "then",
        "eats",
        "gives",
        "total",
    ];

    /// <summary>Writes it into a directory, which is made.</summary>
    public async Task WriteAsync(string directory, CancellationToken stop)
    {
        Directory.CreateDirectory(directory);
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)));
        var settings = new RolloutSinkSettings
        {
            Directory = RunDirectory.CompletionsOf(directory),
            RunId = name,
            UpdateDevices = ["cpu"],
            RewardNames = ["accuracy", "format"],
            PromptText = static _ => "<|im_start|>user\nHow many apples are left?<|im_end|>\n<|im_start|>assistant\n",
        };
        await using var sink = new ParquetRolloutSink(settings);
        using var metrics = new MetricsWriter(directory, 0);
        for (int update = 0; update < Updates; update++)
        {
            var batch = Batch(update);
            await sink.WriteAsync(batch, stop);
            var report = new UpdateReport(update, update + 1, 0.2, 0.2, 0.01, 0.1, 1.2, 0.9, 1e-5, 0, 1.5, 0, new(0, 0, 0, 1, 0, 0, 1));
            metrics.Write(
                UpdateMetrics.From(batch, report, new StageTimeline(TimeProvider.System), 1, TimeSpan.FromSeconds(2 * (update + 1)))
            );
        }

        // Last, so that a run that was broken off is none.
        string config = string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            {
              "{{FileFormat.JsonKey}}": {{FileFormat.Configuration.Current}},
              "{{ProgramVersion.JsonKey}}": "{{ProgramVersion.Text}}",
              "run": { "name": "{{name}}", "seed": 1, "updates": {{Updates}} },
              "model": { "path": "data/base-model" }
            }

            """
        );
        AtomicFile.WriteText(RunConfigFile.Of(directory), config);
    }

    /// <summary>What an update is made of.</summary>
    internal TrainingBatch Batch(int update)
    {
        var random = new Random(update);
        int first = (int)((long)Groups * update / Updates),
            end = (int)((long)Groups * (update + 1) / Updates);
        return new TrainingBatch(
            update,
            groups: [.. Enumerable.Range(first, end - first).Select(number => Group(update, number, random))],
            microBatches:
            [
                [],
            ],
            numQuestions: end - first,
            numSamples: 0,
            numLossTokens: 0,
            capacityFill: 1,
            tokenFill: 1,
            oldestPolicyVersion: update
        );
    }

    private PrunedGroup Group(int update, int number, Random random)
    {
        // A question comes again after a tenth of the run.
        int id = number % Math.Max(1, Groups / 10);
        var question = new Question(
            string.Create(CultureInfo.InvariantCulture, $"train.csv:{id}"),
            string.Create(CultureInfo.InvariantCulture, $"Tom has {id} apples and eats {id % 7}. How many apples has he left?"),
            (id - (id % 7)).ToString(CultureInfo.InvariantCulture),
            number,
            []
        );
        Completion[] completions = [.. Enumerable.Range(0, GroupSize).Select(index => Completion(index, random))];
        var rollout = new RolloutGroup(
            question,
            [1, 2, 3],
            update,
            update,
            "cpu",
            completions,
            DateTimeOffset.UnixEpoch.AddSeconds(update)
        );
        CompletionReward[] rewards = [.. completions.Select(completion => Reward(completion, random))];
        double mean = rewards.Average(reward => reward.Total);
        double[] advantages = [.. rewards.Select(reward => reward.Total - mean)];
        double kept = advantages.Select(Math.Abs).OrderDescending().ElementAt(Math.Min(3, GroupSize - 1));
        return new PrunedGroup(
            new AdvantagedGroup(new ScoredGroup(rollout, rewards), advantages, mean, 1),
            [.. advantages.Select(advantage => Math.Abs(advantage) >= kept ? Fate.Kept : Fate.Pruned)]
        );
    }

    private static CompletionReward Reward(Completion completion, Random random)
    {
        bool isRight = random.Next(2) == 0;
        double format = completion.Text.EndsWith("</answer>", StringComparison.Ordinal) ? 1 : 0;
        return new CompletionReward(
            (isRight ? 2 : 0) + format,
            [new RewardPart("accuracy", isRight ? 2 : 0), new RewardPart("format", format)],
            "4",
            isRight ? "exact: '4' = '4'" : "differs: '4' and '5'",
            isRight
        );
    }

    private Completion Completion(int index, Random random)
    {
        int tokens = random.Next(Math.Max(1, Tokens / 4), Tokens + 1);
        var text = new StringBuilder("<think>");
        for (int word = 0; word < tokens * 3 / 4; word++)
        {
            text.Append(Words[random.Next(Words.Length)]).Append(' ');
        }

        text.Append(random.Next(4) == 0 ? "4" : "</think>\n<answer>4</answer>");
        return new Completion(
            index,
            [.. Enumerable.Range(0, tokens).Select(_ => random.Next(3, Vocabulary))],
            [.. Enumerable.Range(0, tokens).Select(_ => -random.NextSingle())],
            text.ToString(),
            tokens == Tokens ? FinishReason.Length : FinishReason.Stop
        );
    }
}
