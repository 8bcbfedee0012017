using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Tests.Configuration;
using Cppo.Rewards;

namespace Cppo.Pipeline.Tests.CustomRewards;

/// <summary>What the tests of rewards score, and where the sample assembly lies.</summary>
internal static class RewardGroups
{
    /// <summary>The output of tests/SampleRewards in the configuration of these tests.</summary>
    public static string SampleAssembly { get; } =
        Repository.Path($"tests/SampleRewards/bin/{new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name}/net10.0/SampleRewards.dll");

    /// <summary>A question with completions of 1, 2, 3, ... tokens.</summary>
    public static RewardGroup Of(string questionId, int numCompletions) =>
        new()
        {
            QuestionId = questionId,
            Question = $"What is \"{questionId}\"?",
            Answer = "#### 7",
            Completions =
            [
                .. Enumerable
                    .Range(0, numCompletions)
                    .Select(index => new RewardCompletion
                    {
                        Text = $"<answer>{index}</answer>",
                        NumTokens = index + 1,
                        IsTruncated = index == 1,
                    }),
            ],
        };

    public static RewardPartConfig Sample(string type) =>
        new()
        {
            Name = "mine",
            Assembly = SampleAssembly,
            Type = type,
        };
}
