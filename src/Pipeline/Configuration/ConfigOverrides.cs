using System.Globalization;
using System.Text.Json;

namespace Cppo.Pipeline.Configuration;

/// <summary>
/// Lays <c>--set key=value</c> options over the nodes of a file. A value is JSON where its key is a number, a flag, a section or a
/// list (a list also takes "a,b"), and for a text the text itself. Sections merge; lists are replaced, or changed item by item:
/// <c>reward.parts.0.weight=2</c>, where the index after the last item adds one.
/// </summary>
internal sealed class ConfigOverrides(List<ConfigFault> faults)
{
    /// <summary>Applies the options in order; the last one wins.</summary>
    public void Apply(ConfigNode root, IReadOnlyList<string> options)
    {
        for (int i = 0; i < options.Count; i++)
        {
            var place = new ConfigPlace("", 0, 0, $"--set {options[i]}", i);
            int equals = options[i].IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                faults.Add(new("", place, "write --set KEY=VALUE, e.g. --set prune.keep=4"));
            }
            else
            {
                string path = options[i][..equals].Trim();
                ApplyOne(root, RenamedKeys.All.Of(path) ?? path, options[i][(equals + 1)..], place);
            }
        }
    }

    private void ApplyOne(ConfigNode root, string path, string value, ConfigPlace place)
    {
        var (section, node, walked) = (ConfigSection.Root, root, "");
        string[] names = path.Split('.');
        for (int i = 0; i < names.Length; i++)
        {
            if (section.Find(names[i]) is not { } key)
            {
                // Of a key of another program the whole path tells which.
                string rest = string.Join('.', names[i..]);
                if (i < names.Length - 1 && UnknownKey.Foreign(ConfigSection.Root, section, walked, rest) is { } foreign)
                {
                    faults.Add(new(ConfigSection.Join(walked, rest), place, foreign.Answer));
                    return;
                }

                faults.Add(
                    new(ConfigSection.Join(walked, names[i]), place, UnknownKey.Message(ConfigSection.Root, section, walked, names[i]))
                );
                return;
            }

            walked = ConfigSection.Join(walked, key.Name);
            if (i == names.Length - 1)
            {
                Assign(node, key, Value(key, value, place, walked));
                return;
            }

            if (key.Kind == KeyKind.List)
            {
                i++;
                if (Item(node, key, names[i], walked, place) is not { } index)
                {
                    return;
                }

                walked = ConfigSection.Join(walked, names[i]);
                var items = node.Member(key.Name)!.Items;
                if (i == names.Length - 1)
                {
                    if (Value(key.Element!, value, place, walked) is { } item)
                    {
                        items[index] = item.Kind == JsonValueKind.Object ? Merge(items[index], item) : item;
                    }

                    return;
                }

                node = items[index];
                key = key.Element!;
            }
            else if (key.Section is not null)
            {
                node = Child(node, key.Name, place);
            }

            if (key.Kind == KeyKind.Map)
            {
                // A name of a map may hold dots: all that is left of the path is the name.
                Child(node, key.Name, place).Set(string.Join('.', names[(i + 1)..]), new(JsonValueKind.String, place, value));
                return;
            }

            if (key.Section is null)
            {
                faults.Add(new(walked, place, $"is no section, so it has no key {names[i + 1]}"));
                return;
            }

            section = key.Section;
        }
    }

    /// <summary>The index of a list's item, after making the list and the item where they are not there.</summary>
    private int? Item(ConfigNode parent, ConfigKey list, string name, string path, ConfigPlace place)
    {
        var node = parent.Member(list.Name);
        if (node is null || node.Kind != JsonValueKind.Array)
        {
            node = DefaultList(list, place);
            parent.Set(list.Name, node);
        }

        bool isIndex = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index);
        if (!isIndex || index > node.Items.Count)
        {
            faults.Add(
                new(
                    ConfigSection.Join(path, name),
                    place,
                    $"is no item of {path}, which has {node.Items.Count}; give an index from 0 to {node.Items.Count}"
                )
            );
            return null;
        }

        if (index == node.Items.Count)
        {
            node.Items.Add(new(list.Element!.Kind == KeyKind.Section ? JsonValueKind.Object : JsonValueKind.String, place));
        }

        return index;
    }

    private static ConfigNode DefaultList(ConfigKey list, ConfigPlace place)
    {
        var section = ConfigSection.Of(list.Property.DeclaringType!);
        return ConfigJson.ReadOption(ConfigWriter.ValueText(list, list.Property.GetValue(section.CreateDefault())), place, [])!;
    }

    private ConfigNode? Value(ConfigKey key, string text, ConfigPlace place, string path)
    {
        if (key.Kind == KeyKind.Text)
        {
            return ConfigJson.ReadOption(text, place, []) is { Kind: JsonValueKind.String } quoted
                ? quoted
                : new(JsonValueKind.String, place, text);
        }

        if (key.Kind == KeyKind.List && key.Element!.Kind == KeyKind.Text && !text.TrimStart().StartsWith('['))
        {
            var list = new ConfigNode(JsonValueKind.Array, place);
            list.Items.AddRange(
                text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    .Select(item => new ConfigNode(JsonValueKind.String, place, item))
            );
            return list;
        }

        int found = faults.Count;
        var node = ConfigJson.ReadOption(text, place, faults);
        for (; found < faults.Count; found++)
        {
            faults[found] = faults[found] with { Path = ConfigSection.Join(path, faults[found].Path) };
        }

        return node ?? new(JsonValueKind.String, place, text);
    }

    private static void Assign(ConfigNode parent, ConfigKey key, ConfigNode? value)
    {
        if (value is null)
        {
            return;
        }

        var existing = parent.Member(key.Name);
        parent.Set(key.Name, key.Kind == KeyKind.Section && existing is not null ? Merge(existing, value) : value);
    }

    private static ConfigNode Merge(ConfigNode below, ConfigNode above)
    {
        if (below.Kind != JsonValueKind.Object || above.Kind != JsonValueKind.Object)
        {
            return above;
        }

        foreach (var (name, _, value) in above.Members)
        {
            below.Set(name, below.Member(name) is { } existing ? Merge(existing, value) : value);
        }

        return below;
    }

    private static ConfigNode Child(ConfigNode parent, string name, ConfigPlace place)
    {
        if (parent.Member(name) is { } existing)
        {
            return existing;
        }

        var child = new ConfigNode(JsonValueKind.Object, place);
        parent.Set(name, child);
        return child;
    }
}
