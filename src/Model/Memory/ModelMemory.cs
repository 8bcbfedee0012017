using System.Globalization;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Managed.Parameters;
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
        yield return Weights(
            MemoryPurpose.Policy,
            config,
            load.AdapterParameters > 0 ? settings.BasePrecision : WeightPrecision.Float32,
            copies: 1
        );
        yield return trainsAll
            ? Weights(MemoryPurpose.Gradients, config, WeightPrecision.Float32, copies: 1)
            : None(MemoryPurpose.Gradients, trains ? "none but the adapter's" : "none: nothing is trained here");
        yield return trainsAll
            ? Moments(config, settings, load)
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
        var layout = new ParameterLayout(config);
        return precision == WeightPrecision.Float32 ? sizeof(float) * layout.Length : FactorArray.Bytes(layout, precision);
    }

    /// <summary>Divided among processes; the one that writes checkpoints has some pieces of the others' while it does.</summary>
    private static MemoryUse Moments(DecoderConfig config, EngineSettings settings, EngineLoad load)
    {
        var all = Weights(MemoryPurpose.Moments, config, settings.MomentPrecision, copies: 2);
        return load.Shards == 1 ? all : all with { Formula = $"{all.Formula}, 1 of {load.Shards} parts", Bytes = all.Bytes / load.Shards };
    }

    private static MemoryUse Reference(DecoderConfig config, EngineSettings settings, EngineLoad load) =>
        !load.HasReference ? None(MemoryPurpose.Reference, "none: objective.beta is 0, or nothing is trained here")
        : load.AdapterParameters > 0 ? None(MemoryPurpose.Reference, "none of its own: the policy without its adapter")
        : Weights(MemoryPurpose.Reference, config, settings.ReferencePrecision, copies: 1);

    /// <summary>
    /// At staleness 0 nothing is written while rollouts read, so they read the policy itself; else there is a copy for each update that
    /// they may be behind, refreshed in place. An adapter's base is never written. Rollouts of another number type have one copy in that.
    /// </summary>
    private static IEnumerable<MemoryUse> Rollouts(DecoderConfig config, EngineSettings settings, EngineLoad load)
    {
        bool generates = load.Rollouts.Count > 0,
            isAdapter = load.AdapterParameters > 0;
        int copies = generates && load.Update is not null && !isAdapter ? load.MaxStaleness : 0;
        yield return copies > 0
            ? Weights(MemoryPurpose.Snapshots, config, WeightPrecision.Float32, copies)
            : None(MemoryPurpose.Snapshots, generates ? "none: rollouts read the policy itself" : "none: nothing is generated here");
        bool isPacked =
            generates
            && settings.RolloutPrecision != WeightPrecision.Float32
            && (!isAdapter || settings.BasePrecision == WeightPrecision.Float32);
        yield return isPacked
            ? Weights(MemoryPurpose.Panels, config, settings.RolloutPrecision, copies: 1)
            : None(MemoryPurpose.Panels, "none: forward, backward, optimizer and rollouts share the policy's");
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
}
