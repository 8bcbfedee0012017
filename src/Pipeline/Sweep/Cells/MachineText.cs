using System.Globalization;
using System.Runtime.InteropServices;
using Cppo.Model.Loading;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Sweep.Cells;

/// <summary>What a cell was run on, in words, so that a table of times says whose times they are.</summary>
internal static class MachineText
{
    private const string ProcessorFile = "/proc/cpuinfo";
    private const string NameKey = "model name";

    /// <summary>Example: <c>Intel(R) Xeon(R) Processor, 2 cores, Avx512, all threads; devices cpu; Cppo.Pipeline 0.2.0</c>.</summary>
    public static string Of(PipelineConfig config) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Processor()}, {Environment.ProcessorCount} cores, {EngineFactory.VectorLevel}, "
                + $"{(config.Model.Threads == 0 ? "all" : config.Model.Threads)} threads; devices "
                + $"{string.Join(", ", config.Update.Devices.Concat(config.Rollout.Devices).Distinct())}; "
                + $"Cppo.Pipeline {ProgramVersion.Text}, "
                + $"{RuntimeInformation.FrameworkDescription}"
        );

    private static string Processor()
    {
        if (!File.Exists(ProcessorFile))
        {
            return RuntimeInformation.ProcessArchitecture.ToString();
        }

        string? line = File.ReadLines(ProcessorFile).FirstOrDefault(line => line.StartsWith(NameKey, StringComparison.Ordinal));
        return line is null
            ? RuntimeInformation.ProcessArchitecture.ToString()
            : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
