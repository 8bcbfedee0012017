namespace Cppo.Pipeline.Configuration;

/// <summary>Keys of another program that mean the same thing, and what that is here.</summary>
/// <param name="Owner">Whose keys they are: TRL | verl</param>
/// <param name="Heading">The part of its configuration that they stand in.</param>
/// <param name="Names">With dots; one that ends in <c>.*</c> stands for all below it.</param>
/// <param name="Default">As that program states it; empty where it has none, or the keys have several.</param>
/// <param name="Ours">Keys of a pipeline file, <c>N</c> for the place in a list; empty where none is like them.</param>
/// <param name="Note">What differs, or what to do instead; may be empty.</param>
internal sealed record ForeignKey(
    string Owner,
    string Heading,
    IReadOnlyList<string> Names,
    string Default,
    IReadOnlyList<string> Ours,
    string Note
)
{
    /// <summary>What somebody who states one of them is told.</summary>
    public string Answer
    {
        get
        {
            string[] details = [.. new[] { Defaults, Note }.Where(detail => detail.Length > 0)];
            string more = string.Concat(details.Select(detail => $"; {detail}"));
            return Ours.Count == 0
                ? $"is {Owner}'s name, and no key here is like it{more}"
                : $"is {Owner}'s name; here it is {string.Join(" and ", Ours)}{more}";
        }
    }

    /// <summary>The defaults of our keys as JSON; empty for those of a list's items.</summary>
    public IReadOnlyList<string> OurDefaults => [.. Ours.Select(path => KeyPath.DefaultOf(path) ?? "")];

    private string Defaults =>
        Default.Length > 0 && OurDefaults is [{ Length: > 0 } ours] && !IsSame(Default, ours)
            ? $"{Default} by default there, {ours} here"
            : "";

    private static bool IsSame(string theirs, string ours) =>
        theirs.Trim('"') == ours.Trim('"')
        || (
            double.TryParse(theirs, System.Globalization.CultureInfo.InvariantCulture, out double left)
            && double.TryParse(ours, System.Globalization.CultureInfo.InvariantCulture, out double right)
            && left == right
        );
}
