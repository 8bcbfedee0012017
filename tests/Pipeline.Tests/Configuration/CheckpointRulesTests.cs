using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Tests.Configuration;

/// <summary>Each impossible combination of keys about checkpoints, and its nearest possible neighbours.</summary>
public class CheckpointRulesTests
{
    [Theory]
    [InlineData(
        "run.resume=true run.restart=true",
        "run.restart=true: run.restart: is true, and so is run.resume; set one of them to false: run.restart removes the run that "
            + "run.resume continues"
    )]
    [InlineData(
        "checkpoint.keepEvery=120",
        "checkpoint.keepEvery=120: checkpoint.keepEvery: is 120, but a checkpoint is saved every 50 updates; give a multiple of that"
    )]
    [InlineData(
        "checkpoint.keepEvery=10 checkpoint.every=0",
        "checkpoint.keepEvery=10: checkpoint.keepEvery: is 10, but no checkpoint is saved before the end; set checkpoint.every"
    )]
    [InlineData(
        "checkpoint.keepBest=2 checkpoint.every=0 checkpoint.best=reward",
        "checkpoint.keepBest=2: checkpoint.keepBest: is 2, but no checkpoint is saved before the end; set checkpoint.every"
    )]
    [InlineData(
        "checkpoint.keepBest=2",
        "checkpoint.keepBest=2: checkpoint.keepBest: is 2 by accuracy, but a checkpoint is saved every 50 updates and evaluated not at all "
            + "in between; set evaluation.every to 50 or a part of it, so that every checkpoint is evaluated, or checkpoint.best to reward"
    )]
    [InlineData(
        "checkpoint.keepBest=2 evaluation.every=20",
        "checkpoint.keepBest=2: checkpoint.keepBest: is 2 by accuracy, but a checkpoint is saved every 50 updates and evaluated every 20; "
            + "set evaluation.every to 50 or a part of it, so that every checkpoint is evaluated, or checkpoint.best to reward"
    )]
    public void An_impossible_combination_names_both_keys_and_the_remedy(string options, string expected) =>
        Assert.Equal([$"--set {expected}"], Faults(options));

    [Theory]
    [InlineData("run.restart=true")]
    [InlineData("run.resume=true run.acceptMissing=true")]
    [InlineData("checkpoint.keepEvery=150")]
    [InlineData("checkpoint.keepBest=2 evaluation.every=50")]
    [InlineData("checkpoint.keepBest=2 evaluation.every=25")]
    [InlineData("checkpoint.keepBest=2 checkpoint.best=reward")]
    [InlineData("checkpoint.best=accuracy checkpoint.every=0")]
    public void Its_nearest_possible_neighbour_is_fine(string options) => Assert.Empty(Faults(options));

    private static string[] Faults(string options)
    {
        try
        {
            ConfigLoader.Parse(
                """{ "data": { "train": { "path": "a.csv" }, "test": { "path": "b.csv" } } }""",
                "p.json",
                options.Split(' ')
            );
            return [];
        }
        catch (ConfigException error)
        {
            return [.. error.Faults.Select(fault => fault.ToString())];
        }
    }
}
