using Cppo.Model.Engine;

namespace Cppo.Pipeline.Bench;

/// <summary>The phases of a step that <c>bench</c> can measure.</summary>
[Flags]
internal enum BenchPhases
{
    /// <summary>Generating all completions.</summary>
    Rollout = 1,

    /// <summary>The GRPO update and the CPPO update.</summary>
    Update = 2,

    /// <summary>Both.</summary>
    Step = Rollout | Update,
}

/// <summary>What <c>bench</c> measures; the defaults are the Python baseline's.</summary>
internal sealed record BenchSettings
{
    /// <summary>A Hugging Face <c>config.json</c>.</summary>
    public required string ConfigPath { get; init; }

    /// <summary>The engine, as <c>model.engine</c>.</summary>
    public string Engine { get; init; } = "auto";

    /// <summary>CPU threads, at least 1.</summary>
    public int Threads { get; init; } = 2;

    /// <summary><c>cpu</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>The number type of forward and backward.</summary>
    public ComputeType ComputeType { get; init; } = ComputeType.Float32;

    /// <summary>The precision of the weights that rollouts read.</summary>
    public WeightPrecision Precision { get; init; }

    /// <summary>What the engine is made with.</summary>
    public EngineSettings EngineSettings =>
        new()
        {
            Device = Device,
            ComputeType = ComputeType,
            Threads = Threads,
            RolloutPrecision = Precision,
        };

    /// <summary>Timed runs of each phase, after one that is not timed; the median is reported.</summary>
    public int Repeat { get; init; } = 3;

    /// <summary>What to run.</summary>
    public BenchPhases Phases { get; init; } = BenchPhases.Step;

    /// <summary>The amount of work.</summary>
    public BenchWorkload Workload { get; init; } = new();
}

/// <summary>A known amount of work.</summary>
internal sealed record BenchWorkload
{
    /// <summary>Prompts of a rollout.</summary>
    public int Questions { get; init; } = 16;

    /// <summary>Completions of a question; all are trained on in the GRPO update.</summary>
    public int Group { get; init; } = 16;

    /// <summary>Completions of a question that the CPPO update trains on, at most <see cref="Group"/>.</summary>
    public int Keep { get; init; } = 2;

    /// <summary>Tokens of prompts and completions.</summary>
    public BenchLengths Lengths { get; init; } = BenchLengths.Fixed(prompt: 48, completion: 64);

    /// <summary>Optimizer steps of an update.</summary>
    public int Iterations { get; init; } = 2;
}
