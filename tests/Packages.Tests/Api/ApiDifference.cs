namespace Cppo.Packages.Tests.Api;

/// <summary>How two listings of an API differ, each line with the namespace and the types that it stands in.</summary>
/// <param name="Gone">In the order of the first.</param>
/// <param name="New">In the order of the second.</param>
internal sealed record ApiDifference(IReadOnlyList<string> Gone, IReadOnlyList<string> New)
{
    /// <summary>Compares line by line; where lines stand only counts where it says what they belong to.</summary>
    public static ApiDifference Of(string before, string now)
    {
        string[] earlier = [.. Placed(before)],
            later = [.. Placed(now)];
        return new ApiDifference(Without(earlier, later), Without(later, earlier));
    }

    /// <summary>A line each, first what is gone.</summary>
    public override string ToString() => string.Join('\n', Gone.Select(line => $"- {line}").Concat(New.Select(line => $"+ {line}")));

    private static List<string> Without(string[] lines, string[] others)
    {
        // As often as it stands there: overloads of one text would be one line of one type.
        var left = others.GroupBy(line => line).ToDictionary(group => group.Key, group => group.Count());
        var result = new List<string>();
        foreach (string line in lines)
        {
            if (left.TryGetValue(line, out int count) && count > 0)
            {
                left[line] = count - 1;
            }
            else
            {
                result.Add(line);
            }
        }

        return result;
    }

    private static IEnumerable<string> Placed(string text)
    {
        var around = new List<(int Indent, string Name)>();
        foreach (string line in text.Split('\n').Where(line => line.Trim() is not ("" or "{" or "}")))
        {
            int indent = line.Length - line.TrimStart().Length;
            around.RemoveAll(place => place.Indent >= indent);
            string content = line.Trim().TrimEnd('{').TrimEnd();
            yield return string.Join(" > ", around.Select(place => place.Name).Append(content));
            around.Add((indent, content));
        }
    }
}
