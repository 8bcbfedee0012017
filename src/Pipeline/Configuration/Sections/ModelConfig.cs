using Cppo.Model.Engine;

namespace Cppo.Pipeline.Configuration;

/// <summary>The model that is trained, and the engine that runs it.</summary>
public sealed record ModelConfig
{
    [Key(
        "Hugging Face directory of the starting model (Qwen2, Qwen2.5, Qwen3, Llama, SmolLM2): config.json, safetensors, tokenizer; or "
            + "the hub's name of one that `get` has fetched, ORG/NAME or ORG/NAME@REVISION.",
        Pattern = "\\S",
        PatternHint = "the path of a model directory, or ORG/NAME of the hub"
    )]
    public string Path { get; init; } = "data/base-model";

    [Key("Directory that holds the tokenizer: tokenizer.json, or vocab.json and merges.txt; or a name of the hub's; empty: `model.path`.")]
    public string TokenizerPath { get; init; } = "";

    [Key("The model that the KL term holds the policy to.")]
    public ReferenceConfig Reference { get; init; } = new();

    [Key(
        "`torch` runs on CPUs and GPUs, `managed` on CPUs without any native library; `auto` takes `torch` on cuda devices and for "
            + "bfloat16, else `managed`.",
        Choices = ["auto", "torch", "managed"]
    )]
    public string Engine { get; init; } = "auto";

    [Key(
        "Number type of forward and backward; `bfloat16` keeps float32 master weights and optimizer state.",
        Choices = ["float32", "bfloat16"]
    )]
    public string ComputeType { get; init; } = "float32";

    [Key("CPU threads; 0 takes all cores.", Min = 0, Max = EngineSettings.MaxThreads, Unit = "threads")]
    public int Threads { get; init; }

    [Key(
        "Logits are computed for at most this many tokens at a time, which bounds their memory.",
        Min = 1,
        Max = 1_048_576,
        Unit = "tokens"
    )]
    public int LogitChunkTokens { get; init; } = 1024;

    [Key("Compute each layer's activations anew in the backward pass instead of keeping them: less memory, more time.")]
    public bool RecomputeActivations { get; init; }

    [Key("Start from random weights drawn with `run.seed` instead of reading any; config.json and tokenizer are still read.")]
    public bool RandomInitialization { get; init; }

    [Key("A low-rank adapter that is trained instead of the weights.")]
    public LoraConfig Lora { get; init; } = new();
}
