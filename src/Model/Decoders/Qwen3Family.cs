namespace Cppo.Model.Decoders;

/// <summary>Norms on query and key heads, whose width is independent of the model's.</summary>
internal static class Qwen3Family
{
    internal static DecoderFamily Family { get; } =
        new()
        {
            ModelType = "qwen3",
            Architecture = "Qwen3ForCausalLM",
            Models = "Qwen3 (dense)",
            HeadNorms = true,
            DefaultHeadSize = 128,
            DefaultKeyValueHeads = 32,
            FurtherKeys = config =>
                new()
                {
                    ["rope_scaling"] = null,
                    ["use_sliding_window"] = false,
                    ["sliding_window"] = null,
                    ["max_window_layers"] = config.NumLayers,
                },
        };
}
