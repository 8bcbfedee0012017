using System.CommandLine;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Cli;

/// <summary>The <c>--rewards</c> option: rewards by name, each with weight 1.</summary>
internal static class RewardNames
{
    public const string Standard = "accuracy,format";

    private static readonly string[] Known = BuiltInRewards.table.Names;

    public static Option<string?> CreateOption() =>
        new("--rewards")
        {
            Description = $"The rewards, separated by commas: {string.Join(", ", Known)}. [default: {Standard}]",
            HelpName = "NAMES",
        };

    /// <summary>The settings of rewards that are separated by commas.</summary>
    /// <exception cref="UsageException">None is named, or one that is not known.</exception>
    public static RewardSettings Parse(string names)
    {
        var defaults = new RewardConfig();
        string[] stated = names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (stated.Length == 0)
        {
            throw new UsageException($"--rewards names no reward; give some of {string.Join(", ", Known)}.");
        }

        if (stated.FirstOrDefault(name => !Known.Contains(name)) is { } unknown)
        {
            string remedy = NearestName.Of(unknown, Known) is { } nearest
                ? $"did you mean {nearest}?"
                : $"give some of {string.Join(", ", Known)}.";
            throw new UsageException($"--rewards: \"{unknown}\" is no reward; {remedy}");
        }

        return new RewardSettings(
            [.. stated.Distinct().Select(name => new RewardSetting(name, weight: 1))],
            defaults.RepetitionNgram,
            defaults.RepetitionMaxPenalty,
            LengthRewardSettings.Default
        );
    }
}
