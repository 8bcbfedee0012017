namespace Cppo.Pipeline.Configuration;

/// <summary>Which engine a configuration has on a device, without asking whether it is there.</summary>
internal static class EngineChoice
{
    /// <summary>Whether it is <c>torch</c>; else it is <c>managed</c>.</summary>
    public static bool IsTorch(ModelConfig model, string device) =>
        model.Engine == "torch" || (model.Engine == "auto" && (IsCuda(device) || model.ComputeType == "bfloat16"));

    /// <summary>Whether the device is a GPU.</summary>
    public static bool IsCuda(string device) => device.StartsWith("cuda", StringComparison.Ordinal);
}
