using System.Text.RegularExpressions;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Library;
using Cppo.Pipeline.Tests.Configuration;
using Cppo.Pipeline.Tests.Telemetry;
using Cppo.Rewards;

namespace Cppo.Pipeline.Tests.Library;

/// <summary>What a pipeline in code says of what it cannot use, and that nothing is made then. No model is loaded.</summary>
public sealed class RefusedPipelineTests : IDisposable
{
    private static readonly OwnQuestion[] Sums = [new("What is 1 + 2?", "3")];
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    private async Task<string> FaultAsync(TrainingPipeline pipeline)
    {
        var fault = await Assert.ThrowsAsync<PipelineException>(() => pipeline.RunAsync());
        Assert.Empty(Directory.EnumerateFileSystemEntries(directory.Path));
        return fault.Message.ReplaceLineEndings("\n");
    }

    private PipelineConfig Config() =>
        new()
        {
            Run = new RunConfig { Directory = directory.Of("runs") },
            Model = new ModelConfig { Path = Repository.Path("data/base-model") },
            Evaluation = new EvaluationConfig { Before = false, After = false },
        };

    [Fact]
    public async Task All_faults_of_a_configuration_come_at_once_as_the_command_line_has_them()
    {
        var config = Config() with
        {
            Rollout = new RolloutConfig { Group = 0, MaxNewTokens = 64 },
            Prune = new PruneConfig { Rule = "lowest" },
            Update = new UpdateConfig { MicroBatchTokens = 16, Schedule = "cosin" },
            Objective = new ObjectiveConfig { Beta = -1 },
        };
        string said = await FaultAsync(new TrainingPipeline(config));

        // A file that states the same, whose place stands before each sentence.
        string file = directory.Of("wrong.json");
        await File.WriteAllTextAsync(file, ConfigWriter.Write(config));
        var (code, output, error) = await OwnPieces.CallAsync("train", file);
        Assert.Equal((2, ""), (code, output));
        Assert.Equal(error.TrimEnd().ReplaceLineEndings("\n").Split('\n').Select(WithoutPlace), said.Split('\n'));
        Assert.Contains("data.train.path: is empty; name the .csv, .jsonl or .parquet file to train on", said, StringComparison.Ordinal);
        Assert.Contains("rollout.group: 0 is out of range", said, StringComparison.Ordinal);

        string WithoutPlace(string line) => Regex.Replace(line, $"^{Regex.Escape(file)}(:\\d+:\\d+)?: ", "");
    }

    [Fact]
    public async Task Numbers_that_no_file_can_state_are_out_of_range()
    {
        var config = Config() with
        {
            Objective = new ObjectiveConfig { ImportanceBand = [0, double.PositiveInfinity] },
            Update = new UpdateConfig { LearningRate = double.NaN },
        };
        string said = await FaultAsync(new TrainingPipeline(config) { Questions = Sums });
        string[] lines = said.Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("objective.importanceBand.1: Infinity is out of range; give a number from ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("update.learningRate: NaN is out of range; give a number from ", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Questions_without_text_or_with_one_id_twice_are_named_by_their_place()
    {
        OwnQuestion[] questions = [Sums[0] with { Id = "a" }, new(" ", "3"), Sums[0] with { Id = "a" }, Sums[0] with { Id = "" }];
        Assert.Equal(
            """
            Questions[1] has an empty Text; fill it in or remove the question.
            Questions[2] has the id "a" of Questions[0]; make ids unique or leave them out.
            Questions[3] has an empty Id; fill it in or remove the question.
            """.ReplaceLineEndings("\n"),
            await FaultAsync(new TrainingPipeline(Config()) { Questions = questions })
        );
        Assert.Equal(
            "TestQuestions is empty; give it a question, or null to read the dataset of the configuration.",
            await FaultAsync(new TrainingPipeline(Config()) { Questions = Sums, TestQuestions = [] })
        );
    }

    [Fact]
    public async Task Answers_that_no_reward_can_read_leave_nothing_to_train_on()
    {
        string said = await FaultAsync(new TrainingPipeline(Config()) { Questions = [new("What is 1 + 2?", "")] });
        Assert.Matches(
            @"^No question of \(in memory, 1 question, [0-9a-f]{16}\) has a gold answer that the configured rewards can read: memory:1 ",
            said
        );
    }

    [Theory]
    [InlineData("format", 1, "reward.parts.2.name: is format, ")]
    [InlineData("my reward", 1, "reward.parts.2.name: \"my reward\" ")]
    [InlineData("mine", 1001, "reward.parts.2.weight: 1001 is out of range; give a number from -1000 to 1000")]
    public async Task A_reward_is_held_to_what_a_part_of_a_file_is(string name, double weight, string expected)
    {
        var pipeline = new TrainingPipeline(Config()) { Questions = Sums, Rewards = [new OwnReward(name, new Brief(), weight)] };
        Assert.StartsWith(expected, await FaultAsync(pipeline), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_rewards_of_one_name_are_refused()
    {
        IGroupReward reward = new Brief();
        var pipeline = new TrainingPipeline(Config()) { Questions = Sums, Rewards = [new("mine", reward), new("mine", reward)] };
        Assert.Equal(
            "reward.parts.3.name: is mine, as reward.parts.2.name is; state each reward once, with its weight",
            await FaultAsync(pipeline)
        );
    }

    [Fact]
    public async Task A_file_that_is_missing_or_wrong_is_said_with_its_place()
    {
        string missing = directory.Of("nowhere.json");
        Assert.StartsWith($"{missing}: no such file; ", await FaultAsync(TrainingPipeline.FromFile(missing)), StringComparison.Ordinal);
        string file = Repository.Path("pipeline.json");
        var pipeline = TrainingPipeline.FromFile(file, "rollout.group=0", $"run.directory={directory.Of("runs")}");
        Assert.Contains("\n--set rollout.group=0: rollout.group: 0 is out of range", await FaultAsync(pipeline), StringComparison.Ordinal);
    }
}
