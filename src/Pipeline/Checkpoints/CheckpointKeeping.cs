namespace Cppo.Pipeline.Checkpoints;

/// <summary>Which checkpoints stay when another one was saved.</summary>
/// <param name="Last">So many of the newest, at least 1.</param>
/// <param name="Every">Those whose number of updates is a multiple of it, for ever; 0: none.</param>
/// <param name="Best">So many of those with the best scores.</param>
internal sealed record CheckpointKeeping(int Last, int Every = 0, int Best = 0)
{
    /// <summary>The scores after some numbers of updates, larger is better; a number whose score is not known is left out.</summary>
    public Func<IReadOnlyList<int>, IReadOnlyDictionary<int, double>> Scores { get; init; } = _ => new Dictionary<int, double>();

    /// <summary>The numbers of updates whose checkpoints stay, of those that there are.</summary>
    public IReadOnlySet<int> Of(IReadOnlyList<int> updates)
    {
        var kept = updates.OrderDescending().Take(Math.Max(1, Last)).ToHashSet();
        if (Every > 0)
        {
            kept.UnionWith(updates.Where(number => number > 0 && number % Every == 0));
        }

        if (Best > 0)
        {
            kept.UnionWith(BestOf(updates).Take(Best).Select(scored => scored.Updates));
        }

        return kept;
    }

    /// <summary>The numbers of updates with their scores, the best first; of equal ones that of more updates.</summary>
    public IEnumerable<(int Updates, double Score)> BestOf(IReadOnlyList<int> updates)
    {
        var scores = Scores(updates);
        return updates
            .Where(scores.ContainsKey)
            .OrderByDescending(number => scores[number])
            .ThenByDescending(number => number)
            .Select(number => (number, scores[number]));
    }
}
