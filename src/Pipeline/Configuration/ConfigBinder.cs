using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Configuration;

/// <summary>
/// Turns nodes to records by the keys' attributes and collects every fault; a faulty value leaves its key at the default.
/// </summary>
/// <param name="faults">Takes the faults.</param>
/// <param name="root">The keys of the whole file; null: those of a pipeline file.</param>
internal sealed class ConfigBinder(List<ConfigFault> faults, ConfigSection? root = null)
{
    private readonly ConfigSection root = root ?? ConfigSection.Root;
    private const int MostHints = 200;

    private readonly HashSet<string> faultyPaths = [];

    /// <summary>Where each key that was stated was stated.</summary>
    public Dictionary<string, ConfigPlace> Places { get; } = [];

    /// <summary>The programs of the keys that are others', one for each.</summary>
    public List<string> Foreign { get; } = [];

    /// <summary>Whether the key, or one below or above it, has a fault, so that rules about its value say nothing new.</summary>
    public bool IsFaulty(string path) =>
        faultyPaths.Any(faulty =>
            faulty == path
            || faulty.StartsWith(path + ".", StringComparison.Ordinal)
            || path.StartsWith(faulty + ".", StringComparison.Ordinal)
        );

    /// <summary>The record of the whole file.</summary>
    public object Bind(ConfigNode node) => BindSection(root, node, "");

    private object BindSection(ConfigSection section, ConfigNode node, string path)
    {
        object record = section.CreateDefault();
        if (node.Kind != JsonValueKind.Object)
        {
            Fault(path, node.Place, $"is {node.Describe()}; write a section {{ ... }}");
            return record;
        }

        foreach (var (name, namePlace, value) in node.Members)
        {
            string keyPath = ConfigSection.Join(path, name);
            if (section.Find(name) is { } key)
            {
                Places[keyPath] = value.Place;
                if (BindValue(key, value, keyPath) is { } bound)
                {
                    key.Property.SetValue(record, bound);
                }
                else if (key.IsNullable)
                {
                    key.Property.SetValue(record, null);
                }
            }
            else if (keyPath == FileFormat.JsonKey)
            {
                CheckVersion(value, namePlace);
            }
            else if (keyPath is not ("$schema" or ProgramVersion.JsonKey))
            {
                Unknown(section, path, name, namePlace, value);
            }
        }

        foreach (var key in section.Keys.Where(key => node.Member(key.Name) is null && key.IsRequired(record)))
        {
            Fault(ConfigSection.Join(path, key.Name), node.Place, $"is missing; give one of {Choices(key)}");
        }

        return record;
    }

    private void Unknown(ConfigSection section, string path, string name, ConfigPlace place, ConfigNode value)
    {
        string keyPath = ConfigSection.Join(path, name);
        if (faults.Count >= MostHints)
        {
            // To look for the key that is meant takes its time, and of very many faults the first are read.
            Fault(keyPath, place, "is no key");
            return;
        }

        var row = UnknownKey.Foreign(root, section, path, name);
        bool isSection = row is null && root == ConfigSection.Root && value.Members.Count > 0;
        if (isSection && ForeignKeys.OwnerOfSection(keyPath) is not null)
        {
            foreach (var member in value.Members)
            {
                Unknown(section, keyPath, member.Name, member.NamePlace, member.Value);
            }

            return;
        }

        if (row is not null)
        {
            Foreign.Add(row.Owner);
        }

        Fault(keyPath, place, UnknownKey.Message(root, section, path, name));
    }

    /// <summary>A run's <c>config.json</c> states the version of its format, which a later program may have raised.</summary>
    private void CheckVersion(ConfigNode node, ConfigPlace place)
    {
        if (!int.TryParse(node.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int version))
        {
            Fault(FileFormat.JsonKey, node.Place, $"is {node.Describe()}; remove it, or write {FileFormat.Configuration.Current}");
        }
        else if (FileFormat.Configuration.Refusal("the file", version) is { } refusal)
        {
            Fault(FileFormat.JsonKey, place, refusal.TrimEnd('.'));
        }
    }

    private object? BindValue(ConfigKey key, ConfigNode node, string path) =>
        key.Kind switch
        {
            KeyKind.Section => BindSection(key.Section!, node, path),
            KeyKind.List => BindList(key, node, path),
            KeyKind.Map => BindMap(node, path),
            KeyKind.Text => BindText(key, node, path),
            KeyKind.Flag => BindFlag(node, path),
            _ => BindNumber(key, node, path),
        };

    private Array? BindList(ConfigKey key, ConfigNode node, string path)
    {
        var element = key.Element!;
        string what =
            element.Kind == KeyKind.Section ? "a list [ { ... }, ... ]"
            : element.Kind == KeyKind.Number ? "a list of numbers [ 0.5, ... ]"
            : "a list [ \"...\", ... ]";
        if (node.Kind != JsonValueKind.Array)
        {
            return (Array?)Fault(path, node.Place, $"is {node.Describe()}; write {what}");
        }

        if (node.Items.Count == 0)
        {
            return (Array?)Fault(path, node.Place, "is an empty list; give at least one item");
        }

        var items = Array.CreateInstance(element.Type, node.Items.Count);
        for (int i = 0; i < items.Length; i++)
        {
            string itemPath = ConfigSection.Join(path, i.ToString(CultureInfo.InvariantCulture));
            Places[itemPath] = node.Items[i].Place;
            if (BindValue(element, node.Items[i], itemPath) is { } item)
            {
                items.SetValue(item, i);
            }
        }

        return items;
    }

    private Dictionary<string, string>? BindMap(ConfigNode node, string path)
    {
        if (node.Kind != JsonValueKind.Object)
        {
            return (Dictionary<string, string>?)Fault(path, node.Place, $"is {node.Describe()}; write {{ \"name\": \"text\", ... }}");
        }

        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, _, value) in node.Members)
        {
            string keyPath = ConfigSection.Join(path, name);
            Places[keyPath] = value.Place;
            if (value.Kind == JsonValueKind.String)
            {
                map[name] = value.Text;
            }
            else
            {
                Fault(keyPath, value.Place, $"is {value.Describe()}; write a text in double quotes");
            }
        }

        return map;
    }

    private object? BindText(ConfigKey key, ConfigNode node, string path)
    {
        if (node.Kind != JsonValueKind.String)
        {
            return Fault(path, node.Place, $"is {node.Describe()}; write a text in double quotes");
        }

        if (key.About.Choices.Contains(node.Text))
        {
            return node.Text;
        }

        if (key.About.Choices.Length > 0 && !key.About.AlsoPattern)
        {
            string? nearest = NearestName.Of(node.Text, key.About.Choices);
            return Fault(
                path,
                node.Place,
                nearest is null
                    ? $"\"{node.Text}\" is none of its choices; give one of {Choices(key)}"
                    : $"\"{node.Text}\" is none of its choices; did you mean \"{nearest}\"? It may be {Choices(key)}"
            );
        }

        return key.About.Pattern.Length > 0 && !Regex.IsMatch(node.Text, key.About.Pattern)
            ? Fault(path, node.Place, $"\"{node.Text}\" is not {key.About.PatternHint}")
            : node.Text;
    }

    private object? BindFlag(ConfigNode node, string path) =>
        node.Kind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => Fault(path, node.Place, $"is {node.Describe()}; write true or false"),
        };

    private object? BindNumber(ConfigKey key, ConfigNode node, string path)
    {
        if (node.Kind == JsonValueKind.Null && key.IsNullable)
        {
            return null;
        }

        var range = KeyRange.Of(key);
        if (node.Kind != JsonValueKind.Number)
        {
            return Fault(path, node.Place, $"is {node.Describe()}; write {range}");
        }

        if (key.Kind == KeyKind.Integer)
        {
            return !decimal.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal integer)
                || decimal.Truncate(integer) != integer
                    ? Fault(path, node.Place, $"{node.Text} is not {range}")
                : range.Contains(integer) ? Convert.ChangeType(integer, key.Type, CultureInfo.InvariantCulture)
                : Fault(path, node.Place, $"{node.Text} is out of range; give {range}");
        }

        double number = double.Parse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return range.Contains(number) ? number : Fault(path, node.Place, $"{node.Text} is out of range; give {range}");
    }

    private static string Choices(ConfigKey key) => string.Join(", ", key.About.Choices);

    private object? Fault(string path, ConfigPlace place, string message)
    {
        faultyPaths.Add(path);
        faults.Add(new(path, place, message));
        return null;
    }
}
