using System.Reflection;

namespace Cppo.Pipeline.Configuration;

/// <summary>What a key's value is in JSON.</summary>
internal enum KeyKind
{
    Text,
    Integer,
    Number,
    Flag,
    Section,
    List,

    /// <summary>Names of the user's choice, each with a text.</summary>
    Map,
}

/// <summary>One configuration key: its property and the <see cref="KeyAttribute"/> on it.</summary>
internal sealed class ConfigKey
{
    private ConfigKey(PropertyInfo property, KeyAttribute about, Type type)
    {
        Property = property;
        About = about;
        Type = Nullable.GetUnderlyingType(type) ?? type;
        IsNullable = Type != type;
        Kind = KindOf(Type);
        Section = Kind == KeyKind.Section ? ConfigSection.Of(Type) : null;
        Element = Kind == KeyKind.List ? new ConfigKey(property, about, Type.GetElementType()!) : null;
    }

    public PropertyInfo Property { get; }

    public KeyAttribute About { get; }

    public Type Type { get; }

    public KeyKind Kind { get; }

    public bool IsNullable { get; }

    /// <summary>The keys of a section; null for other kinds.</summary>
    public ConfigSection? Section { get; }

    /// <summary>What each item of a list is; null for other kinds.</summary>
    public ConfigKey? Element { get; }

    public string Name => ConfigSection.JsonName(Property);

    /// <summary>Whether a section must state it: its default is none of its choices.</summary>
    public bool IsRequired(object section) =>
        About.Choices.Length > 0 && Property.GetValue(section) is string choice && !About.Choices.Contains(choice);

    public static ConfigKey Of(PropertyInfo property) =>
        new(
            property,
            property.GetCustomAttribute<KeyAttribute>()
                ?? throw new InvalidOperationException($"{property.DeclaringType}.{property.Name} has no [Key]."),
            property.PropertyType
        );

    private static KeyKind KindOf(Type type) =>
        type == typeof(string) ? KeyKind.Text
        : type == typeof(bool) ? KeyKind.Flag
        : type == typeof(int) || type == typeof(ulong) ? KeyKind.Integer
        : type == typeof(double) ? KeyKind.Number
        : type.IsArray ? KeyKind.List
        : type == typeof(IReadOnlyDictionary<string, string>) ? KeyKind.Map
        : KeyKind.Section;
}

/// <summary>A record of configuration keys, in the order of declaration.</summary>
internal sealed class ConfigSection
{
    private readonly Type type;

    private ConfigSection(Type type)
    {
        this.type = type;
        Keys =
        [
            .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .OrderBy(property => property.MetadataToken)
                .Select(ConfigKey.Of),
        ];
    }

    /// <summary>The whole configuration.</summary>
    public static ConfigSection Root { get; } = Of(typeof(PipelineConfig));

    public IReadOnlyList<ConfigKey> Keys { get; }

    public static ConfigSection Of(Type type) => new(type);

    /// <summary>An instance with every key at its default.</summary>
    public object CreateDefault() => Activator.CreateInstance(type)!;

    public ConfigKey? Find(string name) => Keys.FirstOrDefault(key => key.Name == name);

    /// <summary>Every key below this section with its dotted path; items of lists are left out.</summary>
    public IEnumerable<(string Path, ConfigKey Key)> AllPaths(string prefix = "") =>
        Keys.SelectMany(key =>
            key.Section is { } section
                ? section.AllPaths(Join(prefix, key.Name)).Prepend((Join(prefix, key.Name), key))
                : [(Join(prefix, key.Name), key)]
        );

    public static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    public static string JsonName(MemberInfo member) => char.ToLowerInvariant(member.Name[0]) + member.Name[1..];
}
