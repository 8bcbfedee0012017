namespace Cppo.Model.Torch;

/// <summary>
/// Which completion lies where on the grid of Q prompts x G places. Finished completions stay until the grid can be made
/// smaller by a quarter; then prompts without unfinished completions go, and G becomes the most unfinished ones of a prompt.
/// </summary>
internal sealed class DecodeGrid
{
    private const double WorthwhileShare = 0.75;

    internal DecodeGrid(IReadOnlyList<CompletionInProgress[]> groups)
    {
        GroupSize = groups[0].Length;
        Completions = [.. groups.SelectMany(group => group)];
    }

    /// <summary>G.</summary>
    internal int GroupSize { get; private set; }

    /// <summary>Shape [Q * G], prompt by prompt.</summary>
    internal CompletionInProgress[] Completions { get; private set; }

    /// <summary>
    /// Shrinks the grid where that is worth it: the kept prompts [Q'] and the old place of each new place [Q' * G'], else null.
    /// Places that a prompt has too many are filled with its finished completions, whose further tokens nobody reads.
    /// </summary>
    internal (long[] Prompts, long[] Places)? Compact()
    {
        var prompts = Enumerable
            .Range(0, Completions.Length / GroupSize)
            .Select(prompt => (Prompt: prompt, Places: Enumerable.Range(prompt * GroupSize, GroupSize).ToArray()))
            .Where(prompt => prompt.Places.Any(place => !Completions[place].IsFinished))
            .ToArray();
        int groupSize = prompts.Max(prompt => prompt.Places.Count(place => !Completions[place].IsFinished));
        if (prompts.Length * groupSize > WorthwhileShare * Completions.Length)
        {
            return null;
        }

        int[] places = [.. prompts.SelectMany(prompt => prompt.Places.OrderBy(place => Completions[place].IsFinished).Take(groupSize))];
        Completions = [.. places.Select(place => Completions[place])];
        GroupSize = groupSize;
        return ([.. prompts.Select(prompt => (long)prompt.Prompt)], [.. places.Select(place => (long)place)]);
    }
}
