namespace Cppo.Model.Engine;

/// <summary>How an engine loads and runs a model.</summary>
public sealed record EngineSettings
{
    /// <summary>More threads than any machine needs, and fewer than the system refuses.</summary>
    public const int MaxThreads = 1024;

    /// <summary><c>cpu</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>The type that forward and backward compute in; bf16 keeps fp32 master weights and optimizer state.</summary>
    public ComputeType ComputeType { get; init; } = ComputeType.Float32;

    /// <summary>CPU threads; 0 takes all cores.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// CPU threads of logprobs, gradients and steps; 0 takes <see cref="Threads"/>. The torch engine always takes all.
    /// </summary>
    public int UpdateThreads { get; init; }

    /// <summary>
    /// The cores that the engine's threads share with those of other engines; null: as many as <see cref="Threads"/>, shared with none. It
    /// changes no result. The torch engine asks nobody.
    /// </summary>
    public CoreBudget? Cores { get; init; }

    /// <summary>Logits are computed for at most this many tokens at a time.</summary>
    public int LogitChunkTokens { get; init; } = 1024;

    /// <summary>
    /// Models with more floats in their matrices are generated from by all threads together, one weight after the other, smaller ones by
    /// each thread alone; null: what was measured to be best. It changes no result. The torch engine asks nobody.
    /// </summary>
    internal long? MaxFloatsOfOwnLanes { get; init; }

    /// <summary>Whether backward computes each layer's activations anew instead of keeping them.</summary>
    public bool RecomputeActivations { get; init; }

    /// <summary>
    /// Of the weights that rollouts read. The torch engine generates in <see cref="ComputeType"/> whatever this says.
    /// </summary>
    public WeightPrecision RolloutPrecision { get; init; } = WeightPrecision.Float32;

    /// <summary>
    /// Of a reference model's weights, fp32 or bf16. The torch engine keeps them in <see cref="ComputeType"/> whatever this says.
    /// </summary>
    public WeightPrecision ReferencePrecision { get; init; } = WeightPrecision.Float32;

    /// <summary>
    /// Of the weights that an adapter is trained on, fp32 or bf16, which forward, backward and rollouts read alike. The torch engine's are
    /// in <see cref="ComputeType"/> whatever this says.
    /// </summary>
    public WeightPrecision BasePrecision { get; init; } = WeightPrecision.Float32;

    /// <summary>Of the optimizer's two moments, fp32 or bf16; the torch engine's are fp32 whatever this says.</summary>
    public WeightPrecision MomentPrecision { get; init; } = WeightPrecision.Float32;
}

/// <summary>The number type of forward and backward.</summary>
public enum ComputeType
{
    /// <summary>32-bit.</summary>
    Float32,

    /// <summary>bfloat16 with fp32 master weights.</summary>
    BFloat16,
}
