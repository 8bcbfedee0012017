namespace Cppo.Pipeline.Configuration;

/// <summary>Keys of a pipeline file by their path, <c>N</c> for the place in a list: <c>reward.parts.N.weight</c>.</summary>
internal static class KeyPath
{
    /// <summary>Whether there is such a key or section.</summary>
    public static bool Exists(string path) => Find(path) is not null;

    /// <summary>A key's default as JSON on one line; null for sections and what stands in a list.</summary>
    public static string? DefaultOf(string path) =>
        Find(path) is var (key, section) && section is not null && key.Section is null
            ? string.Join(" ", ConfigWriter.ValueText(key, key.Property.GetValue(section)).Split('\n', StringSplitOptions.TrimEntries))
            : null;

    /// <summary>The key, and the record at its defaults that holds it; no record inside a list.</summary>
    private static (ConfigKey Key, object? Section)? Find(string path)
    {
        var section = ConfigSection.Root;
        object? record = new PipelineConfig();
        string[] names = path.Split('.');
        for (int i = 0; i < names.Length; i++)
        {
            if (section?.Find(names[i]) is not { } key)
            {
                return null;
            }

            if (i == names.Length - 1)
            {
                return (key, record);
            }

            if (key.Kind == KeyKind.List && names[i + 1] == "N")
            {
                i++;
                if (i == names.Length - 1)
                {
                    return (key.Element!, null);
                }

                (section, record) = (key.Element!.Section, null);
            }
            else
            {
                section = key.Section;
                record = section is null || record is null ? null : key.Property.GetValue(record);
            }
        }

        return null;
    }
}
