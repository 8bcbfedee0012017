using System.Text;
using System.Text.Json;
using Cppo.Model.Files;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Configuration;

/// <summary>
/// Reads a pipeline file: JSON with comments and trailing commas, camelCase keys, every key optional. Paths in it are relative
/// to the current directory.
/// </summary>
internal static class ConfigLoader
{
    /// <summary>Reads a file and lays <c>--set</c> options (KEY=VALUE) over it.</summary>
    /// <exception cref="ConfigException">Something is wrong; it holds all faults of file, options and combinations.</exception>
    public static PipelineConfig Load(string path, IReadOnlyList<string> overrides) => Load(path, overrides, []);

    /// <summary>The same with rules that reach beyond the configuration, such as those about the files that it names.</summary>
    /// <exception cref="ConfigException">As above.</exception>
    public static PipelineConfig Load(string path, IReadOnlyList<string> overrides, IReadOnlyList<ConfigRule> further) =>
        Load(path, overrides, further, config => config);

    /// <summary>The same with what a program that runs the pipeline lays over file and options.</summary>
    /// <exception cref="ConfigException">As above.</exception>
    public static PipelineConfig Load(
        string path,
        IReadOnlyList<string> overrides,
        IReadOnlyList<ConfigRule> further,
        Func<PipelineConfig, PipelineConfig> last
    )
    {
        byte[] utf8 = ReadBytes(path, "a pipeline file, e.g. pipeline.json");
        return Parse(utf8, path, overrides, further, last);
    }

    /// <summary>A file's bytes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="wanted">What should have been named, for the remedy.</param>
    /// <exception cref="ConfigException">It is missing or cannot be read.</exception>
    public static byte[] ReadBytes(string path, string wanted)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or ArgumentException)
        {
            string remedy = NearFile.Of(path) is { } near ? $"did you mean {near}?" : $"name {wanted}";
            throw new ConfigException([new("", new(path, 0, 0), $"no such file; {remedy}")]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string what = Directory.Exists(path) ? $"is a directory; name {wanted}" : $"cannot be read: {FileFault.Reason(error)}";
            throw new ConfigException([new("", new(path, 0, 0), what)]);
        }
    }

    /// <summary>Reads JSON text that stands in the file of the given name.</summary>
    /// <exception cref="ConfigException">Something is wrong.</exception>
    public static PipelineConfig Parse(string json, string file, IReadOnlyList<string> overrides) =>
        Parse(Encoding.UTF8.GetBytes(json), file, overrides, []);

    /// <summary>Reads bytes of a file, with rules that reach beyond the configuration; a file without a name has no places.</summary>
    /// <exception cref="ConfigException">As above.</exception>
    public static PipelineConfig Parse(byte[] utf8, string file, IReadOnlyList<string> overrides, IReadOnlyList<ConfigRule> further) =>
        Parse(utf8, file, overrides, further, config => config);

    private static PipelineConfig Parse(
        byte[] utf8,
        string file,
        IReadOnlyList<string> overrides,
        IReadOnlyList<ConfigRule> further,
        Func<PipelineConfig, PipelineConfig> last
    )
    {
        var faults = new List<ConfigFault>();
        var root = ConfigJson.ReadFile(utf8, file, faults) ?? throw new ConfigException(YamlFile.FaultsOf(utf8, file) ?? faults);
        if (root.Kind != JsonValueKind.Object)
        {
            throw new ConfigException([new("", root.Place, $"holds {root.Describe()}; a pipeline file is one object {{ ... }}")]);
        }

        RenamedKeys.All.Apply(root);
        new ConfigOverrides(faults).Apply(root, overrides);
        var binder = new ConfigBinder(faults);
        var config = HubPlaces.Located(last((PipelineConfig)binder.Bind(root)));
        if (ForeignProgram.FaultOf(binder.Foreign, binder.Places.Count, root.Place) is { } whole)
        {
            faults.Insert(0, whole);
        }

        faults.AddRange(ConfigValidation.Check(config, binder.Places, binder.IsFaulty, further));
        return faults.Count == 0 ? config : throw new ConfigException(faults.Select(fault => InFile(fault, file)));
    }

    /// <summary>A fault between defaults is one of the file that states neither.</summary>
    private static ConfigFault InFile(ConfigFault fault, string file) =>
        fault.Place.IsStated ? fault : fault with { Place = new(file, 0, 0) };
}
