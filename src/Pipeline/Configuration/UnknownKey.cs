namespace Cppo.Pipeline.Configuration;

/// <summary>Says which key an unknown one probably means: one of the same section, else one of that name elsewhere.</summary>
internal static class UnknownKey
{
    public static string Message(ConfigSection section, string path, string name)
    {
        if (NearestName.Of(name, section.Keys.Select(key => key.Name)) is { } sibling)
        {
            return $"is no key; did you mean {ConfigSection.Join(path, sibling)}?";
        }

        var elsewhere = ConfigSection.Root.AllPaths()
            .Where(key => NearestName.Distance(key.Key.Name, name) <= 1)
            .Select(key => key.Path).ToArray();
        return elsewhere.Length > 0
            ? $"is no key; did you mean {string.Join(" or ", elsewhere)}?"
            : $"is no key; {(path.Length == 0 ? "the sections are" : $"{path} has")} {string.Join(", ", section.Keys.Select(key => key.Name))}";
    }
}
