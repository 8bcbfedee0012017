using Cppo.Model.Memory;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Memory;
using Cppo.Pipeline.Settings;
using Cppo.Stages;

namespace Cppo.Pipeline.Tests.Memory;

/// <summary>The largest micro-batch as worked out beforehand, against the one that packing makes of groups of the full length.</summary>
public sealed class LongestBatchTests
{
    private const string Json = """{"data":{"train":{"path":"a.csv"}},"evaluation":{"before":false,"after":false}}""";

    [Theory]
    [InlineData("rollout.group=16 prune.keep=2 update.questionsPerDevice=1", 30)]
    [InlineData("rollout.group=16 prune.keep=2 update.questionsPerDevice=4 update.microBatchTokens=2048", 30)]
    [InlineData("rollout.group=8 prune.rule=none update.questionsPerDevice=2 update.microBatchTokens=1000 rollout.maxNewTokens=60", 20)]
    [InlineData("rollout.group=8 prune.rule=none update.questionsPerDevice=3 update.microBatchTokens=300 rollout.maxNewTokens=60", 40)]
    [InlineData("rollout.group=4 prune.keep=4 update.devices=cpu,cpu update.questionsPerDevice=3 update.microBatchTokens=2000", 44)]
    public void An_update_s_largest_micro_batch_is_the_one_that_packing_makes(string options, int promptTokens)
    {
        var config = ConfigLoader.Parse(Json, "p.json", options.Split(' '));
        var packed = Pack.toBatch(SettingsMap.Pack(config), 0, Groups(config, promptTokens));
        var largest = packed.MicroBatches.SelectMany(device => device).MaxBy(microBatch => microBatch.NumTokens)!;
        var planned = LongestBatch.Update(config, promptTokens);
        Assert.Equal(
            (largest.Prompts.Length, largest.Samples.Length, packed.MicroBatches.Max(device => device.Length)),
            (planned.Questions, planned.Completions, planned.Count)
        );
        Assert.Equal(
            largest.Prompts.Sum(prompt => prompt.Length) + largest.Samples.Sum(sample => sample.TokenIds.Length - 1),
            planned.Rows
        );
    }

    [Fact]
    public void With_mode_tokens_micro_batches_are_filled()
    {
        var config = ConfigLoader.Parse(
            Json,
            "p.json",
            ["allocation.mode=tokens", "rollout.maxNewTokens=90", "update.microBatchTokens=1024"]
        );
        Assert.Equal(new UpdateLoad(5, 10, 10, 90), LongestBatch.Update(config, promptTokens: 10));
    }

    [Fact]
    public void A_call_has_no_more_questions_than_an_update_and_an_evaluation_as_many_completions()
    {
        string[] options = ["rollout.group=16", "prune.keep=2", "update.questionsPerDevice=1", "rollout.questionsPerCall=32"];
        Assert.Equal([new RolloutLoad(8, 16, 30, 256)], LongestBatch.Rollouts(ConfigLoader.Parse(Json, "p.json", options), 30));
        var tested = ConfigLoader.Parse(
            Json,
            "p.json",
            [.. options, "data.test.path=b.csv", "evaluation.after=true", "evaluation.samples=4", "evaluation.temperature=0.6"]
        );
        Assert.Equal([new RolloutLoad(8, 16, 30, 256), new RolloutLoad(128, 4, 30, 256)], LongestBatch.Rollouts(tested, 30));
    }

    /// <summary>What an update generates, all completions of the full length and of different rewards, pruned.</summary>
    private static PrunedGroup[] Groups(PipelineConfig config, int promptTokens)
    {
        var (advantage, prune) = (SettingsMap.Advantage(config), SettingsMap.Prune(config));
        return
        [
            .. Enumerable
                .Range(0, BatchArithmetic.Of(config).Questions)
                .Select(question =>
                {
                    Completion[] completions =
                    [
                        .. Enumerable
                            .Range(0, config.Rollout.Group)
                            .Select(index => new Completion(
                                index,
                                new int[config.Rollout.MaxNewTokens],
                                new float[config.Rollout.MaxNewTokens],
                                "",
                                FinishReason.Length
                            )),
                    ];
                    var rollout = new RolloutGroup(
                        new Question($"{question}", "q", "a", question, []),
                        new int[promptTokens],
                        0,
                        0,
                        "cpu",
                        completions,
                        DateTimeOffset.UnixEpoch
                    );
                    var scored = new ScoredGroup(
                        rollout,
                        [.. completions.Select(completion => new CompletionReward((completion.Index * 7) % 5, [], "", "", false))]
                    );
                    return Prune.ofGroup(prune, Advantage.compute(advantage, scored));
                }),
        ];
    }
}
