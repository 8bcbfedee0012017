using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Settings;

namespace Cppo.Pipeline.Tests.Configuration;

public class BatchArithmeticTests
{
    private static PipelineConfig Config(params string[] options) =>
        ConfigLoader.Parse("{}", "p.json", ["data.train.path=a.csv", "data.test.path=b.csv", .. options]);

    [Theory]
    [InlineData("", 64, 32, 512, 64, 0.875)]
    [InlineData("prune.rule=none", 64, 4, 64, 64, 0.0)]
    [InlineData("allocation.mode=off", 64, 4, 64, 8, 0.875)]
    [InlineData("allocation.mode=tokens", 64, 4, 64, 8, 0.875)]
    [InlineData("prune.keep=3", 64, 21, 336, 63, 0.8125)]
    [InlineData("update.devices=cpu,cpu", 128, 64, 1024, 128, 0.875)]
    [InlineData("update.questionsPerDevice=1 prune.keep=16", 16, 1, 16, 16, 0.0)]
    [InlineData("prune.rule=belowThreshold", 64, 4, 64, null, null)]
    public void Questions_and_completions_follow_from_devices_group_and_keep(
        string options,
        int capacity,
        int questions,
        int generated,
        int? trained,
        double? pruningRate
    ) =>
        Assert.Equal(
            new BatchArithmetic(capacity, questions, generated, trained, pruningRate),
            BatchArithmetic.Of(Config(options.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        );

    [Theory]
    [InlineData("")]
    [InlineData("prune.keep=5")]
    [InlineData("prune.rule=none")]
    [InlineData("prune.rule=belowThreshold")]
    [InlineData("allocation.mode=off")]
    [InlineData("allocation.mode=tokens")]
    [InlineData("update.devices=cpu,cpu,cpu prune.keep=7")]
    public void The_stages_ask_for_as_many_questions(string options)
    {
        var config = Config(options.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(
            Allocate.questionsPerUpdate(SettingsMap.Allocation(config), SettingsMap.Prune(config)),
            BatchArithmetic.Of(config).Questions
        );
    }

    [Fact]
    public void The_words_state_each_step() =>
        Assert.Equal(
            [
                "capacity: 4 questions x 16 completions on 1 device = 64 completions an update",
                "pruning: lowestAbsolute, keep 2 of 16 (pruning rate 0.875)",
                "allocation: completions, 64 / 2 kept = 32 questions an update",
                "update: 32 questions, 512 completions generated, 64 trained, 2 passes",
                "run: 100 updates, 3200 questions, 200 optimizer steps",
            ],
            BatchArithmetic.Explain(Config())
        );

    [Theory]
    [InlineData("prune.keep=10", "allocation: completions, 64 / 10 kept = 6 questions an update, 4 places stay empty")]
    [InlineData("prune.rule=none", "pruning: none, all 16 completions of a question are kept")]
    [InlineData("prune.scope=batch", "pruning: lowestAbsolute, keep 2 of 16 on average over the batch (pruning rate 0.875)")]
    [InlineData("prune.rule=belowThreshold", "pruning: belowThreshold, threshold 1, as many of 16 stay as pass")]
    [InlineData("prune.rule=belowThreshold", "update: 4 questions, 64 completions generated, as many trained as pass, 2 passes")]
    [InlineData("update.devices=cpu,cpu", "capacity: 4 questions x 16 completions x 2 devices = 128 completions an update")]
    [InlineData("allocation.mode=off", "allocation: off, the room that pruning frees stays free")]
    [InlineData("allocation.mode=tokens", "allocation: tokens, questions join until 1 micro-batch of 8192 tokens hold no more")]
    public void The_words_follow_the_configuration(string option, string expected) =>
        Assert.Contains(expected, BatchArithmetic.Explain(Config(option)));
}
