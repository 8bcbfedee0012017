using System.Collections.ObjectModel;

namespace Cppo.Pipeline.Configuration;

/// <summary>The whole configuration; <c>pipeline.json</c> holds what differs from these defaults.</summary>
public sealed record PipelineConfig
{
    [Key("Name, place, seed and length of the run.")]
    public RunConfig Run { get; init; } = new();

    [Key("The model that is trained, and the engine that runs it.")]
    public ModelConfig Model { get; init; } = new();

    [Key("The questions to train and to test on.")]
    public DataConfig Data { get; init; } = new();

    [Key("How a question becomes a prompt.")]
    public PromptConfig Prompt { get; init; } = new();

    [Key("How completions are sampled.")]
    public RolloutConfig Rollout { get; init; } = new();

    [Key("How completions are scored and compared within their group.")]
    public RewardConfig Reward { get; init; } = new();

    [Key("Which completions of a group are not trained on.")]
    public PruneConfig Prune { get; init; } = new();

    [Key("How the room that pruning frees is filled.")]
    public AllocationConfig Allocation { get; init; } = new();

    [Key("The loss that an update minimises.")]
    public ObjectiveConfig Objective { get; init; } = new();

    [Key("Batch size, devices and optimizer.")]
    public UpdateConfig Update { get; init; } = new();

    [Key("When and how the policy is measured on the test questions.")]
    public EvaluationConfig Evaluation { get; init; } = new();

    [Key("When the state of the run is saved.")]
    public CheckpointConfig Checkpoint { get; init; } = new();

    [Key("Bounds of the stages' graph.")]
    public FlowConfig Flow { get; init; } = new();

    [Key("Where the numbers of the run go beside its own files.")]
    public SinksConfig Sinks { get; init; } = new();

    /// <summary>Paths of the hub's cache, each with the name that it stands for; no key.</summary>
    internal IReadOnlyDictionary<string, string> HubNames { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Whether a run reads the test questions: whether there are any, and an evaluation is on.</summary>
    public bool NeedsTest() => Data.Test.Path.Length > 0 && (Evaluation.Before || Evaluation.After || Evaluation.Every > 0);
}
