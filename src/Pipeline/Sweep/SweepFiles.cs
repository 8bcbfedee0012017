using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Sweep.Definition;

namespace Cppo.Pipeline.Sweep;

/// <summary>Reads sweep files.</summary>
internal static class SweepFiles
{
    /// <summary>
    /// All files, without faults of their own; whether their pipeline files and keys exist is seen when their cells are planned.
    /// </summary>
    /// <exception cref="ConfigException">It holds the faults of all files.</exception>
    public static SweepFile[] Load(params IEnumerable<string> paths)
    {
        var faults = new List<ConfigFault>();
        var files = new List<SweepFile>();
        foreach (string path in paths)
        {
            try
            {
                var file = SweepFile.Read(path);
                files.Add(file);
                faults.AddRange(SweepValidation.Check(file));
            }
            catch (ConfigException fault)
            {
                faults.AddRange(fault.Faults);
            }
        }

        return faults.Count == 0 ? [.. files] : throw new ConfigException(faults);
    }
}
