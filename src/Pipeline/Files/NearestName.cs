namespace Cppo.Pipeline.Files;

/// <summary>Finds the name that a mistyped one probably means.</summary>
internal static class NearestName
{
    /// <summary>Beyond it a text is no name.</summary>
    private const int LongestName = 500;

    /// <summary>
    /// The candidate with the smallest edit distance (insert, delete, replace, swap of neighbours; case ignored), or null where
    /// even that is more than a third of the name and more than 2. A candidate that begins with the name comes first.
    /// </summary>
    public static string? Of(string name, IEnumerable<string> candidates)
    {
        // Nobody mistypes a name as something three times as long, and the work grows with the product of the lengths.
        int most = Math.Max(2, name.Length / 3);
        string[] all = name.Length > LongestName ? [] : candidates.Where(candidate => candidate.Length <= LongestName).ToArray();
        if (
            name.Length >= 3
            && all.Where(candidate => candidate.StartsWith(name, StringComparison.OrdinalIgnoreCase)).MinBy(candidate => candidate.Length)
                is { } longer
        )
        {
            return longer;
        }

        var best = all.Where(candidate => Math.Abs(candidate.Length - name.Length) <= most)
            .Select(candidate => (Name: candidate, Distance: Distance(name, candidate)))
            .OrderBy(candidate => candidate.Distance)
            .FirstOrDefault();
        return best.Name is not null && best.Distance <= most && best.Distance < best.Name.Length ? best.Name : null;
    }

    /// <summary>Optimal string alignment distance, case ignored. Example: "keeep", "keep" -> 1.</summary>
    public static int Distance(string left, string right)
    {
        var (a, b) = (left.ToUpperInvariant(), right.ToUpperInvariant());
        int[,] cost = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    cost[i, j] = i + j;
                    continue;
                }

                int best = Math.Min(cost[i - 1, j] + 1, cost[i, j - 1] + 1);
                best = Math.Min(best, cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    best = Math.Min(best, cost[i - 2, j - 2] + 1);
                }

                cost[i, j] = best;
            }
        }

        return cost[a.Length, b.Length];
    }
}
