using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Tests.Configuration;

/// <summary>Each impossible combination of keys about the objective and about sampling, and its nearest possible neighbours.</summary>
public class ObjectiveRulesTests
{
    [Theory]
    [InlineData(
        "objective.importanceCap=0.5 objective.generationLogprobs=recompute",
        "objective.importanceCap=0.5: objective.importanceCap: is 0.5, which would weigh down tokens whose probabilities are the same; "
            + "give 1 or more, e.g. 2, or 0 for no weights"
    )]
    [InlineData(
        "objective.importanceCap=2",
        "objective.importanceCap=2: objective.importanceCap: is 2, but with objective.generationLogprobs sampling the ratio is over the "
            + "recorded logprobs already, and the weight would count their distance twice; set objective.generationLogprobs to recompute"
    )]
    [InlineData(
        "objective.importanceBand=[1.5,3]",
        "objective.importanceBand=[1.5,3]: objective.importanceBand: is [1.5, 3], which does not hold 1, the ratio of equal probabilities; "
            + "give e.g. [0.5, 5], or [0, 0] for no band"
    )]
    [InlineData(
        "objective.importanceBand=[2]",
        "objective.importanceBand=[2]: objective.importanceBand: has 1 number; give the lowest and the highest ratio, e.g. [0.5, 5], or "
            + "[0, 0] for no band"
    )]
    [InlineData(
        "objective.importanceBand=2",
        "objective.importanceBand=2: objective.importanceBand: is the number 2; write a list of numbers [ 0.5, ... ]"
    )]
    [InlineData(
        "objective.importanceLevel=sequence",
        "objective.importanceLevel=sequence: objective.importanceLevel: is sequence, but nothing is weighed or masked; set "
            + "objective.importanceCap, e.g. to 2, or objective.importanceBand, or remove it"
    )]
    [InlineData(
        "rollout.topP=0.9",
        "rollout.topP=0.9: rollout.topP: is 0.9, but with objective.generationLogprobs sampling the ratio would be over probabilities of "
            + "the restricted distribution, and below 1 before the first step; set objective.generationLogprobs to recompute, or "
            + "rollout.topP to 1"
    )]
    [InlineData("rollout.topP=0", "rollout.topP=0: rollout.topP: 0 is out of range; give a number from 0.001 to 1")]
    [InlineData("rollout.minP=1.5", "rollout.minP=1.5: rollout.minP: 1.5 is out of range; give a number from 0 to 1")]
    [InlineData("rollout.topK=-1", "rollout.topK=-1: rollout.topK: -1 is out of range; give an integer from 0 to 10000000 (tokens)")]
    [InlineData(
        "evaluation.topK=20",
        "evaluation.topK=20: evaluation.topK: is 20, but evaluation.temperature is 0, which takes the likeliest token; set a temperature, "
            + "e.g. 0.6, or evaluation.topK to 0"
    )]
    public void An_impossible_combination_names_both_keys_and_the_remedy(string options, string expected) =>
        Assert.Equal([$"--set {expected}"], Faults(options));

    [Theory]
    [InlineData("objective.generationLogprobs=recompute objective.importanceCap=1")]
    [InlineData("objective.generationLogprobs=recompute objective.importanceCap=2 objective.importanceLevel=sequence")]
    [InlineData("objective.importanceBand=[0,0]")]
    [InlineData("objective.importanceBand=[0,1]")]
    [InlineData("objective.importanceBand=[0.5,5] objective.importanceLevel=sequence")]
    [InlineData("objective.generationLogprobs=recompute rollout.topP=0.9 rollout.topK=50 rollout.minP=0.1")]
    [InlineData("rollout.topP=1 rollout.topK=0 rollout.minP=0")]
    [InlineData("evaluation.temperature=0.6 evaluation.topP=0.95 evaluation.topK=20 evaluation.minP=0.01")]
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
