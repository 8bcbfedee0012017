namespace Cppo.Pipeline.Configuration;

/// <summary>What sums of gradients between GPUs need.</summary>
internal static class CollectiveRules
{
    /// <summary>
    /// Checked with the others of <see cref="ConfigValidation"/>; a GPU with the engine <c>managed</c>, and a divided optimizer with
    /// <c>torch</c>, are refused by rules of their own.
    /// </summary>
    public static IReadOnlyList<ConfigRule> All { get; } =
    [
        new(
            ["update.collective", "model.engine", "update.devices"],
            c =>
                c.Update.Collective == "nccl" && Array.Find(c.Update.Devices, device => !EngineChoice.IsCuda(device)) is { } device
                    ? $"is nccl, which adds up on GPUs, but update.devices has {device} (model.engine {c.Model.Engine}); name a GPU "
                        + "for each process, as in [\"cuda:0\", \"cuda:1\"], with model.engine torch, or set update.collective to mpi"
                    : null
        ),
    ];
}
