using Cppo.Model.Engine;

namespace Cppo.Pipeline.Configuration;

/// <summary>How completions are sampled.</summary>
public sealed record RolloutConfig
{
    [Key("G: completions sampled for each question; advantages compare them, so at least 2.", Min = 2, Max = 4096, Unit = "completions")]
    public int Group { get; init; } = 16;

    [Key("Logits are divided by it, when sampling and in all logprobs.", Min = SamplingSettings.SmallestTemperature, Max = 10)]
    public double Temperature { get; init; } = 1.0;

    [Key(
        "Tokens are drawn from the fewest likeliest ones that have this share of the probability (of what `rollout.topK` leaves); 1: off. "
            + "Recorded logprobs are those of what is drawn from, which the trainer's are not; `objective.generationLogprobs` must be "
            + "`recompute`.",
        Min = SamplingRestriction.SmallestTopP,
        Max = 1
    )]
    public double TopP { get; init; } = 1;

    [Key(
        "Tokens are drawn from so many likeliest ones, of equal ones the lowest ids; 0: off. As `rollout.topP`.",
        Min = 0,
        Max = 10_000_000,
        Unit = "tokens"
    )]
    public int TopK { get; init; }

    [Key("Tokens are drawn from those at least so many times as likely as the likeliest; 0: off. As `rollout.topP`.", Min = 0, Max = 1)]
    public double MinP { get; init; }

    [Key("A completion that reaches this length ends there.", Min = 1, Max = 1_048_576, Unit = "tokens")]
    public int MaxNewTokens { get; init; } = 256;

    [Key(
        "Questions that one call of the engine generates together; memory grows with it, results do not change.",
        Min = 1,
        Max = 65_536,
        Unit = "questions"
    )]
    public int QuestionsPerCall { get; init; } = 16;

    [Key(
        "CPU threads of rollouts; 0: all. Where `update.maxStaleness` lets updates run beside rollouts, both share the cores, and "
            + "whichever goes on alone has all of its threads. Only the engine `managed` counts its threads.",
        Min = 0,
        Max = EngineSettings.MaxThreads,
        Unit = "threads"
    )]
    public int Threads { get; init; }

    [Key(
        "Number type of the weights that rollouts read, packed anew for each policy version: `bf16` takes half, `int8` about a quarter of "
            + "the memory of `fp32`; keys and values are in bf16 with both. What is trained stays in `model.computeType`. The engine "
            + "`torch` generates in `model.computeType`, and takes `bf16` with bfloat16 alone.",
        Choices = ["fp32", "bf16", "int8"]
    )]
    public string Precision { get; init; } = "fp32";

    [Key(
        "Devices that generate, each with a copy of the weights. Where several processes make the run, one for all of them or one for "
            + "each.",
        Pattern = DeviceName.Pattern,
        PatternHint = DeviceName.Hint
    )]
    public string[] Devices { get; init; } = ["cpu"];
}
