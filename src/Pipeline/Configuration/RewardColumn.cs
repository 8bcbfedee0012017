using System.Text;

namespace Cppo.Pipeline.Configuration;

/// <summary>
/// The column that a reward's values have in every table of completions, whoever writes it. A configuration is valid only where its rewards
/// have columns of different names.
/// </summary>
internal static class RewardColumn
{
    private const string Prefix = "reward_";

    /// <summary>Which rule decided, of all rewards together.</summary>
    private const string Reason = "reward_reason";

    /// <summary>Example: <c>tagCount</c> to <c>reward_tag_count</c>.</summary>
    public static string Of(string rewardName) => $"{Prefix}{SnakeCase(rewardName)}";

    /// <summary>The inverse, but for capitals: <c>reward_tag_count</c> to <c>tag_count</c>; null for a column of something else.</summary>
    public static string? NameOf(string column) =>
        column.StartsWith(Prefix, StringComparison.Ordinal) && column != Reason ? column[Prefix.Length..] : null;

    /// <summary>Example: <c>tagCount</c> to <c>tag_count</c>.</summary>
    public static string SnakeCase(string name)
    {
        var snake = new StringBuilder();
        for (int i = 0; i < name.Length; i++)
        {
            if (char.IsUpper(name[i]) && i > 0)
            {
                snake.Append('_');
            }

            snake.Append(char.ToLowerInvariant(name[i]));
        }

        return snake.ToString();
    }
}
