namespace Cppo.Pipeline.Tests.Architecture;

/// <summary>A file of one folder names something that another folder declares.</summary>
/// <param name="From">The folder of the file.</param>
/// <param name="To">The folder that declares it.</param>
/// <param name="File">The file.</param>
/// <param name="Name">What it names.</param>
internal sealed record FolderArrow(string From, string To, string File, string Name)
{
    public override string ToString() => $"{From} -> {To} ({File} names {Name})";
}

/// <summary>Which folder refers to which.</summary>
internal sealed class FolderGraph
{
    private readonly Dictionary<string, Dictionary<string, FolderArrow>> byFolder;

    /// <summary>Arrows of a folder to itself do not count; of several between two folders the first is kept.</summary>
    public FolderGraph(IEnumerable<FolderArrow> arrows) =>
        byFolder = arrows
            .Where(arrow => arrow.From != arrow.To)
            .GroupBy(arrow => arrow.From)
            .ToDictionary(folder => folder.Key, folder => folder.GroupBy(arrow => arrow.To).ToDictionary(to => to.Key, to => to.First()));

    /// <summary>
    /// The shortest cycle through each arrow that is part of one, each once: <c>A -> B (A/X.cs names Y), B -> A (B/Z.cs names W)</c>.
    /// </summary>
    public IReadOnlyList<string> Cycles()
    {
        var cycles = new Dictionary<string, string>(StringComparer.Ordinal);
        var all = byFolder.Values.SelectMany(arrows => arrows.Values);
        foreach (var arrow in all.OrderBy(arrow => arrow.From, StringComparer.Ordinal).ThenBy(arrow => arrow.To, StringComparer.Ordinal))
        {
            if (ShortestPath(arrow.To, arrow.From) is { } back)
            {
                FolderArrow[] cycle = [arrow, .. back];
                string folders = string.Join(' ', cycle.Select(step => step.From).Order(StringComparer.Ordinal));
                cycles.TryAdd(folders, string.Join(", ", cycle.Select(step => step.ToString())));
            }
        }

        return [.. cycles.Values];
    }

    private FolderArrow[]? ShortestPath(string from, string to)
    {
        var reached = new Dictionary<string, FolderArrow?> { [from] = null };
        var next = new Queue<string>([from]);
        while (next.TryDequeue(out string? folder) && folder != to)
        {
            foreach (var arrow in byFolder.GetValueOrDefault(folder)?.Values.ToArray() ?? [])
            {
                if (reached.TryAdd(arrow.To, arrow))
                {
                    next.Enqueue(arrow.To);
                }
            }
        }

        if (!reached.TryGetValue(to, out var last))
        {
            return null;
        }

        var path = new Stack<FolderArrow>();
        for (var arrow = last; arrow is not null; arrow = reached[arrow.From])
        {
            path.Push(arrow);
        }

        return [.. path];
    }
}
