using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Configuration;

/// <summary>
/// Says which key an unknown one probably means: the one that it became, else one of the same section, else one of that name elsewhere.
/// </summary>
internal static class UnknownKey
{
    /// <param name="root">The keys of the whole file.</param>
    /// <param name="section">Where it stands.</param>
    /// <param name="path">That section's path.</param>
    /// <param name="name">The key.</param>
    /// <param name="renamed">Keys that had other names; null: <see cref="RenamedKeys.All"/>.</param>
    public static string Message(ConfigSection root, ConfigSection section, string path, string name, RenamedKeys? renamed = null)
    {
        if (root == ConfigSection.Root && (renamed ?? RenamedKeys.All).Of(ConfigSection.Join(path, name)) is { } now)
        {
            return $"is no key any more; it is called {now} now";
        }

        if (Foreign(root, section, path, name) is { } row)
        {
            return row.Answer;
        }

        string top = path.Split('.')[0];
        if (root == ConfigSection.Root && root.Find(top) is null && ForeignKeys.OwnerOfSection(path.Length == 0 ? name : top) is { } owner)
        {
            string theirs = path.Length == 0 ? name : top;
            return $"is no key; {theirs} is a section of {owner}'s configuration: {ForeignKeys.Page} has its keys";
        }

        if (NearestName.Of(name, section.Keys.Select(key => key.Name)) is { } sibling)
        {
            return $"is no key; did you mean {ConfigSection.Join(path, sibling)}?";
        }

        string[] elsewhere = root.AllPaths()
            .Where(key => Math.Abs(key.Key.Name.Length - name.Length) <= 1 && NearestName.Distance(key.Key.Name, name) <= 1)
            .Select(key => key.Path)
            .ToArray();
        return elsewhere.Length > 0
            ? $"is no key; did you mean {string.Join(" or ", elsewhere)}?"
            : $"is no key; {(path.Length == 0 ? "the sections are" : $"{path} has")} "
                + $"{string.Join(", ", section.Keys.Select(key => key.Name))}";
    }

    /// <summary>
    /// What another program means by the key: as it spells it, or otherwise where no key here has that name. In a section of ours a key
    /// that is nearly one of its own is that.
    /// </summary>
    public static ForeignKey? Foreign(ConfigSection root, ConfigSection section, string path, string name)
    {
        if (root != ConfigSection.Root)
        {
            return null;
        }

        string whole = ConfigSection.Join(path, name);
        if (ForeignKeys.Find(whole) is { } row)
        {
            bool isOursElsewhere = root.AllPaths().Any(key => key.Key.Name == name);
            return ForeignKeys.IsSpelledSo(row, whole) || !isOursElsewhere ? row : null;
        }

        bool isNear = section.Keys.Any(key => name.Length < 100 && NearestName.Distance(key.Name, name) <= 2);
        return path.Length > 0 && root.Find(path.Split('.')[0]) is not null && !isNear && name.Contains('_', StringComparison.Ordinal)
            ? ForeignKeys.Find(name)
            : null;
    }
}
