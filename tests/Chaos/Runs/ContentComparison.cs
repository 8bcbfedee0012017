namespace Cppo.Chaos.Runs;

/// <summary>What an interrupted run lacks, has twice or has otherwise than one that was left alone.</summary>
internal sealed class ContentComparison
{
    private const int Shown = 4;
    private readonly List<string> lost = [];
    private readonly List<string> doubled = [];
    private readonly List<string> others = [];

    /// <summary>Compares two run directories.</summary>
    public ContentComparison(RunContent expected, RunContent actual)
    {
        Add("update", expected.Updates, actual.Updates);
        Add("evaluation", expected.Evaluations, actual.Evaluations);
        Add("completions", expected.Rows, actual.Rows);
        lost.AddRange(expected.Files.Keys.Where(path => !actual.Files.ContainsKey(path)));
        others.AddRange(actual.Files.Where(file => expected.Files.GetValueOrDefault(file.Key) != file.Value).Select(file => file.Key));
        others.AddRange(actual.Faults);
        others.AddRange(actual.Leftovers.Select(path => $"{path} is left over"));
        if (expected.State != actual.State)
        {
            others.Add($"state or configuration: {actual.State} instead of {expected.State}");
        }
    }

    /// <summary>Whether steps, rows or files are not there.</summary>
    public bool IsLost => lost.Count > 0;

    /// <summary>Whether steps or rows are there more often.</summary>
    public bool IsDoubled => doubled.Count > 0;

    /// <summary>Whether nothing differs.</summary>
    public bool IsEqual => lost.Count + doubled.Count + others.Count == 0;

    /// <summary>The first few of each in words.</summary>
    public override string ToString() =>
        IsEqual
            ? "equal"
            : string.Join("; ", new[] { Told("lost", lost), Told("doubled", doubled), Told("different", others) }.OfType<string>());

    private static string? Told(string name, List<string> what) =>
        what.Count == 0
            ? null
            : $"{name}: {string.Join(", ", what.Take(Shown))}" + (what.Count > Shown ? $" and {what.Count - Shown} more" : "");

    private void Add(string name, IReadOnlyList<StepText> expected, IReadOnlyList<StepText> actual)
    {
        var (wanted, found) = (expected.ToLookup(line => line.Step), actual.ToLookup(line => line.Step));
        foreach (int step in wanted.Select(lines => lines.Key).Union(found.Select(lines => lines.Key)).Order())
        {
            string[] want = [.. wanted[step].Select(line => line.Text)];
            string[] find = [.. found[step].Select(line => line.Text)];
            if (find.Length < want.Length)
            {
                lost.Add($"{name} of step {step} ({find.Length} of {want.Length})");
            }
            else if (find.Length > want.Length)
            {
                doubled.Add($"{name} of step {step} ({find.Length} instead of {want.Length})");
            }
            else if (!want.SequenceEqual(find))
            {
                others.Add($"{name} of step {step}");
            }
        }

        if (expected.Count == actual.Count && !expected.Select(line => line.Step).SequenceEqual(actual.Select(line => line.Step)))
        {
            others.Add($"the order of each {name}");
        }
    }
}
