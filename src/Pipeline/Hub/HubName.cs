using System.Text.RegularExpressions;

namespace Cppo.Pipeline.Hub;

/// <summary>What a repository of the hub holds.</summary>
internal enum HubKind
{
    Model,
    Dataset,
}

/// <summary>
/// A repository of the hub, or a file of one: <c>[hf://][models/|datasets/]ORG/NAME[@REVISION][/FILE]</c>.
/// </summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Id"><c>ORG/NAME</c>.</param>
/// <param name="Revision">A branch, a tag or a commit; null: the main branch.</param>
/// <param name="Inside">A file or a folder of the repository; empty: all of it.</param>
internal sealed partial record HubName(HubKind Kind, string Id, string? Revision = null, string Inside = "")
{
    /// <summary>What is meant where no revision is named.</summary>
    public const string Main = "main";

    private const string Scheme = "hf://";
    private static readonly string[] LocalEndings = [".json", ".jsonl", ".ndjson", ".csv", ".parquet", ".git"];

    /// <summary>Whether the revision is a commit, which stays what it is.</summary>
    public bool IsPinned => Revision is not null && IsCommit(Revision);

    /// <summary>The part of addresses below which its files lie.</summary>
    public string Route => Kind == HubKind.Model ? Id : $"datasets/{Id}";

    /// <summary>The part of the programming interface's addresses.</summary>
    public string Api => Kind == HubKind.Model ? $"api/models/{Id}" : $"api/datasets/{Id}";

    /// <summary>Its directory in a cache.</summary>
    public string Folder => $"{(Kind == HubKind.Model ? "models" : "datasets")}--{Id.Replace("/", "--", StringComparison.Ordinal)}";

    /// <summary>Whether a text is a commit: forty hexadecimal digits.</summary>
    public static bool IsCommit(string revision) => Commit().IsMatch(revision);

    /// <summary>As paths and commands name it; a dataset with its prefix.</summary>
    public override string ToString() => $"{Route}{(Revision is null ? "" : $"@{Revision}")}{(Inside.Length == 0 ? "" : $"/{Inside}")}";

    /// <summary>
    /// What a text names; null where it is no name of the hub's. A bare name is two words: only with a prefix or a revision does it have a
    /// file, and an ending of data or configuration makes it a path of this machine.
    /// </summary>
    /// <param name="text">As the user typed it.</param>
    /// <param name="bare">What a name without a prefix means.</param>
    /// <param name="isExplicit">Whether prefix or revision say that it can be nothing else.</param>
    public static HubName? Parse(string text, HubKind bare, out bool isExplicit)
    {
        isExplicit = text.StartsWith(Scheme, StringComparison.Ordinal);
        var match = Name().Match(isExplicit ? text[Scheme.Length..] : text);
        if (!match.Success)
        {
            return null;
        }

        string prefix = match.Groups["kind"].Value;
        var (id, revision) = (match.Groups["id"].Value, match.Groups["revision"]);
        string inside = match.Groups["inside"].Value;
        isExplicit |= prefix.Length > 0 || revision.Success;
        bool isName =
            id.Split('/').All(IsWord)
            && id[..id.IndexOf('/', StringComparison.Ordinal)] is not ("models" or "datasets" or "spaces")
            && (!revision.Success || IsRevision(revision.Value))
            && (inside.Length == 0 || HubPath.Fault(inside) is null)
            && (
                isExplicit
                || (inside.Length == 0 && !Array.Exists(LocalEndings, ending => id.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
            );
        var kind = prefix switch
        {
            "models/" => HubKind.Model,
            "datasets/" => HubKind.Dataset,
            _ => bare,
        };
        return isName ? new HubName(kind, id, revision.Success ? revision.Value : null, inside) : null;
    }

    /// <summary>Whether a text can be a revision: of a branch's signs, and no path that leads upwards.</summary>
    public static bool IsRevision(string text) =>
        text.Length is > 0 and <= 200
        && RevisionSigns().IsMatch(text)
        && text.Split('/').All(part => part.Length > 0 && part[0] is not ('.' or '-') && part[^1] != '.')
        && !text.Contains("..", StringComparison.Ordinal);

    private static bool IsWord(string word) =>
        word.Length <= 96
        && Word().IsMatch(word)
        && !word.Contains("--", StringComparison.Ordinal)
        && !word.Contains("..", StringComparison.Ordinal);

    [GeneratedRegex(
        @"^(?<kind>models/|datasets/)?(?<id>[^/@]+/[^/@]+)(?:@(?<revision>refs/pr/[0-9]+|refs/convert/[\w.-]+|[^/]+))?"
            + @"(?:/(?<inside>.+))?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Name();

    [GeneratedRegex(@"^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    [GeneratedRegex(@"^[A-Za-z0-9_./-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex RevisionSigns();

    [GeneratedRegex(@"^[0-9a-f]{40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Commit();
}
