using System.Text.Json;
using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Sweep.Definition;

/// <summary>A sweep file that was read: what it says, and where each key was stated.</summary>
/// <param name="Path">The file, as the user named it.</param>
/// <param name="Config">What it says.</param>
/// <param name="Places">Where each key was stated, for faults that show later.</param>
internal sealed record SweepFile(string Path, SweepConfig Config, IReadOnlyDictionary<string, ConfigPlace> Places)
{
    private static readonly ConfigSection Root = ConfigSection.Of(typeof(SweepConfig));

    /// <summary>What <c>sweep.schema.json</c> holds.</summary>
    public static string Schema => ConfigSchema.Write(Root, "Cppo.Pipeline sweep");

    /// <summary>Reads a file: JSON with comments and trailing commas. What its keys say together is not checked.</summary>
    /// <exception cref="ConfigException">It holds all faults of single keys.</exception>
    public static SweepFile Read(string path)
    {
        byte[] utf8 = ConfigLoader.ReadBytes(path, "a sweep file, e.g. recipes/tables/table1.json");
        var faults = new List<ConfigFault>();
        var node = ConfigJson.ReadFile(utf8, path, faults) ?? throw new ConfigException(faults);
        if (node.Kind != JsonValueKind.Object)
        {
            throw new ConfigException([new("", node.Place, $"holds {node.Describe()}; a sweep file is one object {{ ... }}")]);
        }

        var binder = new ConfigBinder(faults, Root);
        var file = new SweepFile(path, (SweepConfig)binder.Bind(node), binder.Places);
        return faults.Count == 0 ? file : throw new ConfigException(faults);
    }

    /// <summary>A fault of a key, at its place, or at the file where it is not stated.</summary>
    public ConfigFault Fault(string key, string message) =>
        new(key, Places.TryGetValue(key, out var place) ? place : new ConfigPlace(Path, 0, 0), message);
}
