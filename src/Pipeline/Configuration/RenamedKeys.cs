using System.Text.RegularExpressions;

namespace Cppo.Pipeline.Configuration;

/// <summary>Keys and sections that had other names before, so that a file of then is told the names of now.</summary>
/// <param name="Names">Dotted paths of then and of now; <c>N</c> stands for the place in a list.</param>
internal sealed partial record RenamedKeys(IReadOnlyList<(string Then, string Now)> Names)
{
    /// <summary>Every key that was renamed; none was so far. Its line is <c>("section.then", "section.now"),</c>.</summary>
    public static RenamedKeys All { get; } = new([]);

    /// <summary>
    /// The name of now of a path: <c>reward.parts.2.factor</c> to <c>reward.parts.2.weight</c>; null where it was no key.
    /// </summary>
    public string? Of(string path)
    {
        string general = Place().Replace(path, ".N");
        if (Names.FirstOrDefault(name => name.Then == general).Now is not { } now)
        {
            return null;
        }

        var places = new Queue<string>(Place().Matches(path).Select(place => place.Value));
        return General().Replace(now, place => places.TryDequeue(out string? stated) ? stated : place.Value);
    }

    [GeneratedRegex(@"\.[0-9]+(?=\.|$)")]
    private static partial Regex Place();

    [GeneratedRegex(@"\.N(?=\.|$)")]
    private static partial Regex General();
}
