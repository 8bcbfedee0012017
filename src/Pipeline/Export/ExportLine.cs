using System.Globalization;

namespace Cppo.Pipeline.Export;

/// <summary>What was written, in words.</summary>
internal static class ExportLine
{
    /// <summary>Example: <c>wrote tuned.gguf: qwen2, 853,632 parameters as f16, 1.7 MB</c>.</summary>
    public static string Of(string path, ExportedModel model, long parameters, string type, long bytes) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"wrote {path}: {model.Weights.Config.Family.ModelType}, {parameters:N0} parameters as {type}, {bytes / 1e6:N1} MB"
        );
}
