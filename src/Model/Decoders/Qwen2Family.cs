namespace Cppo.Model.Decoders;

/// <summary>Biases on queries, keys and values, which no key states.</summary>
internal static class Qwen2Family
{
    internal static DecoderFamily Family { get; } =
        new()
        {
            ModelType = "qwen2",
            Architecture = "Qwen2ForCausalLM",
            Models = "Qwen2, Qwen2.5",
            AlwaysQkvBias = true,
            HasAttentionBiasKey = false,
            FurtherKeys = _ => new() { ["use_sliding_window"] = false },
        };
}
