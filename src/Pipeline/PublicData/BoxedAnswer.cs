namespace Cppo.Pipeline.PublicData;

/// <summary>The answer that a worked solution of MATH ends with.</summary>
internal static class BoxedAnswer
{
    private static readonly string[] Commands = ["\\boxed", "\\fbox"];

    /// <summary>
    /// What the last box holds, as it is written; empty where there is none, or its brace stays open. Examples:
    /// <c>so $\boxed{\frac12}$</c> -> <c>\frac12</c>; <c>$\boxed 2$</c> -> <c>2</c>.
    /// </summary>
    public static string Of(string solution)
    {
        var (start, command) = Commands
            .Select(name => (Start: solution.LastIndexOf(name, StringComparison.Ordinal), name))
            .MaxBy(box => box.Start);
        if (start < 0)
        {
            return "";
        }

        string rest = solution[(start + command.Length)..];
        return rest.StartsWith('{') ? InBraces(rest) : rest.Split('$')[0].Trim();
    }

    private static string InBraces(string text)
    {
        int depth = 0;
        for (int i = 0; i < text.Length; i++)
        {
            depth +=
                text[i] == '{' ? 1
                : text[i] == '}' ? -1
                : 0;
            if (depth == 0)
            {
                return text[1..i];
            }
        }

        return "";
    }
}
