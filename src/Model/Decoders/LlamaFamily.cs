namespace Cppo.Model.Decoders;

/// <summary>No biases unless the file asks for them; Llama 3.1 and later scale the rotary angles.</summary>
internal static class LlamaFamily
{
    internal static DecoderFamily Family { get; } =
        new()
        {
            ModelType = "llama",
            Architecture = "LlamaForCausalLM",
            Models = "Llama 3 to 3.3, SmolLM2",
            HasMlpBiasKey = true,
            DefaultMaxPositions = 2048,
            FurtherKeys = _ => new() { ["rope_scaling"] = null, ["pretraining_tp"] = 1 },
        };
}
