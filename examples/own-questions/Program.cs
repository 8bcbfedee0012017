// A pipeline in C# without a file; README.md says how to run it.
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Library;
using Cppo.Rewards;

var config = new PipelineConfig
{
    Run = new RunConfig
    {
        Name = "own-questions",
        Directory = args is [var place] ? place : "../../runs",
        Updates = 4,
        Restart = true, // Removes what the last one of this name left.
    },
    Model = new ModelConfig { Path = "../../data/base-model" },
    Prompt = new PromptConfig { Template = "custom", System = "Reason in <think>, answer in <answer>." },
    Rollout = new RolloutConfig { Group = 16, MaxNewTokens = 48 },
    Reward = new RewardConfig { Parts = [new RewardPartConfig { Name = "accuracy" }] },
    Update = new UpdateConfig { QuestionsPerDevice = 2, LearningRate = 1e-4 },
};

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

var random = new Random(1);
var pipeline = new TrainingPipeline(config)
{
    Questions = [.. Enumerable.Range(0, 200).Select(_ => Apples(random))],
    TestQuestions = [.. Enumerable.Range(0, 50).Select(_ => Apples(random))],
    Rewards = [new OwnReward("brief", new Brief(), Weight: 0.5)],
    OnUpdate = update =>
        Console.WriteLine(
            $"update {update.Step + 1} of {update.TotalUpdates}: reward {update.RewardMean:F2}, brief {update.Rewards["brief"]:F2}, "
                + $"{update.CompletionsKept} of {update.CompletionsGenerated} completions trained on"
        ),
    OnEvaluation = evaluation => Console.WriteLine($"after {evaluation.UpdatesDone} updates: {100 * evaluation.Accuracy:F0} % right"),
};

try
{
    var outcome = await pipeline.RunAsync(stop.Token);
    Console.WriteLine($"{(outcome.IsStopped ? "stopped" : "done")}: {outcome.ModelDirectory}, weights {outcome.WeightsHash}");

    using var model = await TrainedModel.LoadAsync(outcome.RunDirectory);
    var answers = await model.GenerateAsync("Tom has 12 apples. He finds 5 more. Count the apples.");
    Console.WriteLine($"asked: {answers[0].Text.ReplaceLineEndings(" ")}");
    return 0;
}
catch (PipelineException mistake)
{
    // What the program would print: a line for each fault, with its place and the remedy.
    Console.Error.WriteLine(mistake.Message);
    return 2;
}

static OwnQuestion Apples(Random random)
{
    var (has, finds) = (random.Next(2, 40), random.Next(2, 20));
    return new OwnQuestion($"Tom has {has} apples. He finds {finds} more. Count the apples.", $"{has + finds}");
}

/// <summary>Less for each token; nothing for a completion that was cut off.</summary>
internal sealed class Brief : IGroupReward
{
    public IReadOnlyList<RewardScore> Score(RewardGroup group, CancellationToken cancel) =>
        [.. group.Completions.Select(completion => new RewardScore(completion.IsTruncated ? 0 : 10.0 / (10 + completion.NumTokens)))];
}
