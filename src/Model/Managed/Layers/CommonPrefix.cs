namespace Cppo.Model.Managed.Layers;

/// <summary>
/// The tokens that all prompts begin with, a template and a system prompt as a rule: their rows run once, and their keys and values are
/// copied to where each prompt expects its own.
/// </summary>
internal static class CommonPrefix
{
    /// <summary>
    /// Tokens that all prompts begin with, less than the shortest prompt has, so that each has a row of its own; 0 for a single prompt.
    /// </summary>
    internal static int Length(IReadOnlyList<int[]> prompts)
    {
        if (prompts.Count < 2)
        {
            return 0;
        }

        int length = prompts.Min(prompt => prompt.Length) - 1;
        foreach (int[] prompt in prompts)
        {
            length = Math.Min(length, prompt.AsSpan().CommonPrefixLength(prompts[0]));
        }

        return Math.Max(0, length);
    }
}
