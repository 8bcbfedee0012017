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
}
