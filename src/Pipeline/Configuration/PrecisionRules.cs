namespace Cppo.Pipeline.Configuration;

/// <summary>Number types of weights and moments that the engine of a device does not have.</summary>
internal static class PrecisionRules
{
    /// <summary>Checked with the others of <see cref="ConfigValidation"/>.</summary>
    public static IReadOnlyList<ConfigRule> All { get; } =
    [
        new(
            ["rollout.precision", "model.computeType", "model.engine", "rollout.devices"],
            c => Computed(c, c.Rollout.Precision, "rollout.precision", c.Rollout.Devices, "generates")
        ),
        new(
            ["model.reference.precision", "model.computeType", "model.engine", "update.devices", "objective.beta"],
            c =>
                c.Objective.Beta > 0
                    ? Computed(c, c.Model.Reference.Precision, "model.reference.precision", c.Update.Devices, "keeps the reference")
                    : null
        ),
        new(
            ["model.lora.basePrecision", "model.lora.rank", "rollout.precision", "model.computeType", "model.engine", "update.devices"],
            c =>
                c.Model.Lora.Rank == 0 || c.Model.Lora.BasePrecision == "fp32" ? null
                : c.Rollout.Precision == "int8"
                    ? "is bf16, which rollouts read as it is, and rollout.precision is int8; set rollout.precision to bf16, or "
                        + "model.lora.basePrecision to fp32"
                : Computed(c, c.Model.Lora.BasePrecision, "model.lora.basePrecision", c.Update.Devices, "holds the base")
        ),
        new(
            ["update.momentPrecision", "model.engine", "model.computeType", "update.devices"],
            c =>
                c.Update.MomentPrecision != "fp32" && OnTorch(c, c.Update.Devices) is { } device
                    ? $"is {c.Update.MomentPrecision}, but the engine torch, which trains on {device}, keeps moments in float32; set "
                        + "update.momentPrecision to fp32, or train on cpu with model.engine managed"
                    : null
        ),
        new(
            ["update.shardOptimizer", "model.engine", "model.lora.rank", "update.devices"],
            c =>
                !c.Update.ShardOptimizer ? null
                : OnTorch(c, c.Update.Devices) is { } device
                    ? $"is true, but the engine torch, which trains on {device}, keeps all moments in each process; set "
                        + "update.shardOptimizer to false, or train on cpu with model.engine managed"
                : c.Model.Lora.Rank > 0
                    ? "is true, but model.lora.rank is above 0, and an adapter's moments are small; set update.shardOptimizer to false"
                : null
        ),
    ];

    /// <summary>torch has one number type for all that it computes: <c>model.computeType</c>, which fp32 leaves as it is.</summary>
    private static string? Computed(PipelineConfig config, string precision, string key, string[] devices, string does)
    {
        if (precision == "fp32" || OnTorch(config, devices) is not { } device)
        {
            return null;
        }

        string engine = $"is {precision}, but the engine torch {does} on {device} in model.computeType {config.Model.ComputeType}";
        return (precision, config.Model.ComputeType) switch
        {
            ("bf16", "bfloat16") => null,
            ("bf16", _) => $"{engine}; set model.computeType to bfloat16, or {key} to fp32",
            _ => $"{engine}; set {key} to fp32, which leaves that as it is, or use cpu with model.engine managed",
        };
    }

    private static string? OnTorch(PipelineConfig config, string[] devices) =>
        devices.FirstOrDefault(device => EngineChoice.IsTorch(config.Model, device));
}
