using System.Globalization;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Loading;
using Cppo.Model.Weights;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Memory;
using Cppo.Pipeline.Settings;

namespace Cppo.Pipeline.Sweep.Cells;

/// <summary>Whether this machine has the devices and the memory of a sweep's cells, asked before the first of them is run.</summary>
internal static class Preflight
{
    /// <summary>Master weights, their gradients and both moments of AdamW, in float32; a device that trains holds all four.</summary>
    private const int TrainingBytes = 16;

    /// <summary>
    /// Bytes that the parameters take at least on a device of the configuration: 16 where it trains, 4 where it generates alone (2 in
    /// bfloat16), as much again for the reference. Activations, keys and values come on top.
    /// </summary>
    public static long ParameterBytes(PipelineConfig config, DecoderConfig model, string device)
    {
        long parameters = WeightMap.Expected(model).Sum(weight => weight.Shape.Aggregate(1L, (product, size) => checked(product * size)));
        int each = config.Model.ComputeType == "bfloat16" ? 2 : 4;
        bool trains = config.Update.Devices.Contains(device);
        int computed = config.Model.ComputeType == "bfloat16" || !trains ? each : 0;
        int reference = trains && config.Objective.Beta > 0 ? each : 0;
        return checked(parameters * ((trains ? TrainingBytes : 0) + computed + reference));
    }

    /// <summary>What a configuration lacks on this machine, a sentence each.</summary>
    public static IEnumerable<string> Faults(PipelineConfig config)
    {
        string[] devices = [.. config.Update.Devices.Concat(config.Rollout.Devices).Distinct()];
        foreach (string device in devices)
        {
            if (Unavailable(config, device) is { } sentence)
            {
                yield return sentence;
            }
        }

        if (ReadModel(config) is not { } model)
        {
            yield break;
        }

        foreach (string device in devices)
        {
            long needed = ParameterBytes(config, model, device);
            if (MemoryOf(device) is { } memory && needed > memory)
            {
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{config.Model.Path} does not fit: its parameters alone take {Gibibytes(needed)} GiB on {device}, which has "
                        + $"{Gibibytes(memory)} GiB; take a smaller model or a larger device."
                );
            }
        }
    }

    private static string? Unavailable(PipelineConfig config, string device)
    {
        try
        {
            EngineFactory.RequireDevice(config.Model.Engine, SettingsMap.Engine(config, device));
            return null;
        }
        catch (EngineUnavailableException fault)
        {
            return fault.Message;
        }
    }

    /// <summary>Null where the model is not there, which loading the configuration's files says.</summary>
    private static DecoderConfig? ReadModel(PipelineConfig config)
    {
        string path = Path.Combine(config.Model.Path, HfConfigFile.FileName);
        return File.Exists(path) ? HfConfigFile.Read(path) : null;
    }

    /// <summary>Null where it cannot be told.</summary>
    private static long? MemoryOf(string device) =>
        device == "cpu" ? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes : DeviceMemory.TotalBytes(device);

    private static string Gibibytes(long bytes) => (bytes / (double)(1L << 30)).ToString("0.0", CultureInfo.InvariantCulture);
}
