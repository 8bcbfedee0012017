using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Hub;

/// <summary>Names of the hub in the place of paths: what the cache has for them, and what is said where it has nothing.</summary>
internal static class HubPlace
{
    /// <summary>What a path means that is none of this machine's: what the cache has, and its name with the commit.</summary>
    /// <param name="Path">In the cache.</param>
    /// <param name="Name">Pinned.</param>
    internal sealed record Found(string Path, HubName Name);

    /// <summary>Where the cache has a model or a dataset's file; null where it has none, or there is something of that name here.</summary>
    /// <param name="path">As the user typed it.</param>
    /// <param name="kind">What a bare name means there.</param>
    /// <param name="split">Which of a dataset's files is meant where the name does not say it.</param>
    public static Found? Find(string path, HubKind kind, string split = "") =>
        NameOf(path, kind) is { } name && name.Kind == kind ? Find(name, split) : null;

    /// <summary>As above, of a name.</summary>
    public static Found? Find(HubName name, string split)
    {
        var cache = HubCache.OfProcess();
        if (cache.CommitOf(name) is not { } commit || cache.Find(name) is not { } snapshot)
        {
            return null;
        }

        var pinned = name with { Revision = commit };
        if (name.Kind == HubKind.Model)
        {
            return name.Inside.Length == 0 ? new Found(snapshot, pinned) : null;
        }

        string[] files = DataOf(snapshot, name, split);
        return files.Length == 1 ? new Found(HubPath.Below(snapshot, files[0]), pinned with { Inside = files[0] }) : null;
    }

    /// <summary>The hub's name that a path is; null where it is none, or where there is something of that name on this machine.</summary>
    public static HubName? NameOf(string path, HubKind kind) =>
        HubName.Parse(path, kind, out bool isExplicit) is { } name && (isExplicit || !Path.Exists(path)) ? name : null;

    /// <summary>
    /// As <see cref="NameOf"/>, but null, too, for what is more likely a path that is missing: a bare name whose first word is a directory
    /// here.
    /// </summary>
    public static HubName? Meant(string path, HubKind kind) =>
        HubName.Parse(path, kind, out bool isExplicit) is { } name
        && (isExplicit || (!Path.Exists(path) && !Directory.Exists(path.Split('/')[0])))
            ? name
            : null;

    /// <summary>The sentence, without a full stop, about a model that is missing; null where the path is no name of the hub's.</summary>
    public static string? MissingModel(string path) =>
        Meant(path, HubKind.Model) is not { } name || Find(path, HubKind.Model) is not null
            ? null
            : $"{name} is neither a directory here nor in the hub's cache, {HubCache.OfProcess().Directory}; this fetches it: "
                + Command(name);

    /// <summary>The directory of a model, in the cache for a name of the hub.</summary>
    /// <exception cref="UsageException">The cache has none of that name.</exception>
    public static string DirectoryOf(string path) =>
        Find(path, HubKind.Model)?.Path ?? (MissingModel(path) is { } missing ? throw new UsageException(missing) : path);

    /// <summary>The file of a dataset, in the cache for a name of the hub.</summary>
    /// <exception cref="UsageException">The cache has none of that name, or several of the split.</exception>
    public static string FileOf(string path, string split) =>
        Find(path, HubKind.Dataset, split)?.Path
        ?? (!File.Exists(path) && MissingData(path, split) is { } missing ? throw new UsageException($"{missing}.") : path);

    /// <summary>The same of a dataset; where the cache has several files that may be meant, their names.</summary>
    public static string? MissingData(string path, string split)
    {
        if (Meant(path, HubKind.Dataset) is not { } name || Find(path, HubKind.Dataset, split) is not null)
        {
            return null;
        }

        if (name.Kind == HubKind.Model)
        {
            return $"{name} is the name of a model; a dataset is named datasets/ORG/NAME";
        }

        if (HubCache.OfProcess().Find(name) is { } snapshot && DataOf(snapshot, name, split) is { Length: > 1 } several)
        {
            string[] first = [.. several.Take(4).Select(file => (name with { Inside = file }).ToString())];
            string more = several.Length > first.Length ? $" and {several.Length - first.Length} more" : "";
            return $"{name} has {several.Length} files of the split {split}; name one of them: {string.Join(", ", first)}{more}";
        }

        return $"{name} is neither a file here nor in the hub's cache, {HubCache.OfProcess().Directory}; this fetches it: {Command(name)}";
    }

    /// <summary>The command that fetches something.</summary>
    public static string Command(HubName name) => ProgramCall.Of($"get {ShellWord.Quote(name.ToString())}");

    /// <summary>
    /// The end of a sentence about a directory of the cache that lacks something: the command that completes it. Empty for any other.
    /// </summary>
    public static string Completing(string path)
    {
        string below = Path.GetRelativePath(HubCache.OfProcess().Directory, Path.GetFullPath(path));
        string[] parts = below.Split(Path.DirectorySeparatorChar);
        if (parts.Length < 3 || parts[1] != "snapshots" || !HubName.IsCommit(parts[2]))
        {
            return "";
        }

        if (parts[0].Split("--") is not [("models" or "datasets") and { } kind, var organisation, var name])
        {
            return "";
        }

        var hub = new HubName(kind == "models" ? HubKind.Model : HubKind.Dataset, $"{organisation}/{name}", parts[2]);
        return $"; this fetches what is missing: {Command(hub)}";
    }

    private static string[] DataOf(string snapshot, HubName name, string split)
    {
        string[] files =
        [
            .. Directory
                .EnumerateFiles(snapshot, "*", SearchOption.AllDirectories)
                .Where(File.Exists)
                .Select(file => Path.GetRelativePath(snapshot, file).Replace(Path.DirectorySeparatorChar, '/'))
                .Where(WantedFiles.IsData)
                .Order(StringComparer.Ordinal),
        ];
        string[] inside =
        [
            .. files.Where(file =>
                name.Inside.Length == 0 || file == name.Inside || file.StartsWith(name.Inside + "/", StringComparison.Ordinal)
            ),
        ];
        return inside.Contains(name.Inside) ? [name.Inside] : WantedFiles.OfSplit(inside, split);
    }
}
