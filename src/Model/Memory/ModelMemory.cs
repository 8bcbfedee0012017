using System.Globalization;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Weights;

namespace Cppo.Model.Memory;

/// <summary>
/// What the managed engine holds a number for each parameter of: the weights once, in the panels that forward, backward and optimizer
/// share; gradients and moments where something trains; a copy for rollouts where they may not read the policy itself.
/// </summary>
internal static class ModelMemory
{
    /// <summary>
    /// Bytes by purpose, from <see cref="MemoryPurpose.Policy"/> to <see cref="MemoryPurpose.Panels"/>, and the adapter's.
    /// </summary>
    internal static IEnumerable<MemoryUse> Of(DecoderConfig config, EngineSettings settings, EngineLoad load)
    {
        bool trains = load.Update is not null,
            trainsAll = trains && load.AdapterParameters == 0;
        yield return Weights(MemoryPurpose.Policy, config, WeightPrecision.Float32, copies: 1);
        yield return trainsAll
            ? Weights(MemoryPurpose.Gradients, config, WeightPrecision.Float32, copies: 1)
            : None(MemoryPurpose.Gradients, trains ? "none but the adapter's" : "none: nothing is trained here");
        yield return trainsAll
            ? Weights(MemoryPurpose.Moments, config, settings.MomentPrecision, copies: 2)
            : None(MemoryPurpose.Moments, trains ? "none but the adapter's" : "none: nothing is trained here");
        yield return Reference(config, settings, load);
        foreach (var use in Rollouts(config, settings, load))
        {
            yield return use;
        }

        yield return load.AdapterParameters == 0
            ? None(MemoryPurpose.Adapter, "none")
            : new MemoryUse(
                MemoryPurpose.Adapter,
                Text($"{load.AdapterParameters:N0} parameters x {(trains ? 16 : 4)} bytes"),
                load.AdapterParameters * (trains ? 16 : 4)
            );
    }

    /// <summary>All of the model's numbers.</summary>
    internal static long Parameters(DecoderConfig config) =>
        WeightMap.Expected(config).Sum(weight => weight.Shape.Aggregate(1L, (product, size) => checked(product * size)));

    /// <summary>Bytes of a copy of the weights: matrices in panels of a precision, norms and biases in fp32.</summary>
    internal static long Bytes(DecoderConfig config, WeightPrecision precision)
    {
        long packed = 0,
            rest = Parameters(config);
        foreach (var (outputs, inputs) in Matrices(config))
        {
            rest -= (long)outputs * inputs;
            long values = PackedMatrix.Size(inputs, outputs);
            packed += precision switch
            {
                WeightPrecision.Float32 => sizeof(float) * values,
                WeightPrecision.BFloat16 => sizeof(ushort) * values,
                // One byte each, and a scale for each column.
                _ => values + (sizeof(float) * values / inputs),
            };
        }

        return packed + (sizeof(float) * rest);
    }

    private static MemoryUse Reference(DecoderConfig config, EngineSettings settings, EngineLoad load) =>
        !load.HasReference ? None(MemoryPurpose.Reference, "none: objective.beta is 0, or nothing is trained here")
        : load.AdapterParameters > 0 ? None(MemoryPurpose.Reference, "none of its own: the policy without its adapter")
        : Weights(MemoryPurpose.Reference, config, settings.ReferencePrecision, copies: 1);

    /// <summary>
    /// At staleness 0 nothing is written while rollouts read, so fp32 rollouts read the policy itself; else there is a copy for each update
    /// that they may be behind, refreshed in place.
    /// </summary>
    private static IEnumerable<MemoryUse> Rollouts(DecoderConfig config, EngineSettings settings, EngineLoad load)
    {
        bool isPlain = settings.RolloutPrecision == WeightPrecision.Float32,
            isFrozen = load.Update is null || load.MaxStaleness == 0;
        int copies = load.Rollouts.Count == 0 || (isPlain && isFrozen) ? 0 : Math.Max(1, load.Update is null ? 0 : load.MaxStaleness);
        string why = load.Rollouts.Count == 0 ? "none: nothing is generated here" : "none: rollouts read the policy itself";
        yield return isPlain && copies > 0
            ? Weights(MemoryPurpose.Snapshots, config, WeightPrecision.Float32, copies)
            : None(MemoryPurpose.Snapshots, copies > 0 ? "none but the panels" : why);
        yield return !isPlain && copies > 0
            ? Weights(MemoryPurpose.Panels, config, settings.RolloutPrecision, copies)
            : None(MemoryPurpose.Panels, "none: forward, backward and optimizer share the policy's");
    }

    private static MemoryUse Weights(MemoryPurpose purpose, DecoderConfig config, WeightPrecision precision, int copies)
    {
        string times = copies == 1 ? "" : Text($"{copies} x ");
        string bytes = precision switch
        {
            WeightPrecision.Float32 => "4 bytes",
            WeightPrecision.BFloat16 => "2 bytes",
            _ => "1 byte, and scales",
        };
        return new MemoryUse(purpose, Text($"{times}{Parameters(config):N0} parameters x {bytes}"), copies * Bytes(config, precision));
    }

    private static MemoryUse None(MemoryPurpose purpose, string why) => new(purpose, why, 0);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>The matrices that lie in panels, [out, in]: query, key and value are one, and so are gate and up.</summary>
    private static IEnumerable<(int Outputs, int Inputs)> Matrices(DecoderConfig config)
    {
        int queries = config.NumHeads * config.HeadSize,
            keys = config.NumKeyValueHeads * config.HeadSize;
        for (int layer = 0; layer < config.NumLayers; layer++)
        {
            yield return (queries + (2 * keys), config.HiddenSize);
            yield return (config.HiddenSize, queries);
            yield return (2 * config.IntermediateSize, config.HiddenSize);
            yield return (config.HiddenSize, config.IntermediateSize);
        }

        yield return (config.VocabSize, config.HiddenSize);
        if (!config.TieWordEmbeddings)
        {
            yield return (config.VocabSize, config.HiddenSize);
        }
    }
}
