using System.Text;

namespace Cppo.Pipeline.Configuration;

/// <summary>
/// The column that a reward's values have in every table of completions, whoever writes it. A configuration is valid only where its rewards
/// have columns of different names.
/// </summary>
internal static class RewardColumn
{
    /// <summary>Example: <c>tagCount</c> to <c>reward_tag_count</c>.</summary>
    public static string Of(string rewardName) => $"reward_{SnakeCase(rewardName)}";

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
