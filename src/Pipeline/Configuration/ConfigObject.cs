using System.Globalization;
using System.Text;

namespace Cppo.Pipeline.Configuration;

/// <summary>A configuration that was made in code, which is held to all that a file is held to.</summary>
internal static class ConfigObject
{
    /// <summary>The configuration with the cache's paths for names of the hub, as if it had been read from a file.</summary>
    /// <param name="config">Anything.</param>
    /// <param name="further">Rules that reach beyond the configuration.</param>
    /// <exception cref="ConfigException">Something is wrong; it holds all faults, in the order of the keys.</exception>
    public static PipelineConfig Check(PipelineConfig config, IReadOnlyList<ConfigRule> further)
    {
        // What JSON cannot state cannot be checked as a file's.
        ConfigFault[] infinite = [.. NotFinite(ConfigSection.Root, config, "")];
        try
        {
            return infinite.Length > 0
                ? throw new ConfigException(infinite)
                : ConfigLoader.Parse(Encoding.UTF8.GetBytes(ConfigWriter.Write(config)), file: "", [], further);
        }
        catch (ConfigException faulty)
        {
            string[] keys = [.. ConfigSection.Root.AllPaths().Select(path => path.Path)];
            throw new ConfigException(faulty.Faults.Select(fault => fault with { Place = PlaceOf(fault.Path, keys) }));
        }
    }

    /// <summary>No place in a file, but one among the faults; items of a list have that of the list.</summary>
    private static ConfigPlace PlaceOf(string key, string[] keys) =>
        ConfigPlace.Default with
        {
            Order = Array.FindLastIndex(keys, path => key == path || key.StartsWith(path + ".", StringComparison.Ordinal)),
        };

    private static IEnumerable<ConfigFault> NotFinite(ConfigSection section, object record, string path) =>
        section.Keys.SelectMany(key => NotFinite(key, key.Property.GetValue(record), ConfigSection.Join(path, key.Name)));

    private static IEnumerable<ConfigFault> NotFinite(ConfigKey key, object? value, string path) =>
        value switch
        {
            double number when !double.IsFinite(number) =>
            [
                new ConfigFault(
                    path,
                    ConfigPlace.Default,
                    string.Create(CultureInfo.InvariantCulture, $"{number} is out of range; give {KeyRange.Of(key)}")
                ),
            ],
            Array items => items
                .Cast<object?>()
                .SelectMany(
                    (item, index) => NotFinite(key.Element!, item, ConfigSection.Join(path, index.ToString(CultureInfo.InvariantCulture)))
                ),
            not null when key.Section is { } section => NotFinite(section, value, path),
            _ => [],
        };
}
