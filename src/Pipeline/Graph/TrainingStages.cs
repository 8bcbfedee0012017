using Cppo.Stages;

namespace Cppo.Pipeline.Graph;

/// <summary>
/// What the graph's stages do. All but <see cref="Update"/> depend on their arguments only, which makes a run repeatable.
/// </summary>
internal sealed record TrainingStages
{
    /// <summary>Questions of a batch's first round, at least 1.</summary>
    public required int FirstRound { get; init; }

    /// <summary>
    /// One group for each question of the call, in their order, drawn by the call's policy version; called for as many calls
    /// at a time as there are rollout devices, and waits without a thread. A device chosen by <see cref="GenerationCall.Index"/> is the
    /// same in every run.
    /// </summary>
    public required Func<GenerationCall, CancellationToken, Task<RolloutGroup[]>> Generate { get; init; }

    /// <summary>Rewards of one group; called for several groups at a time. May wait, e.g. for a server, without holding a thread.</summary>
    public required Func<RolloutGroup, CancellationToken, Task<ScoredGroup>> Score { get; init; }

    /// <summary>Advantages of one group.</summary>
    public required Func<ScoredGroup, AdvantagedGroup> Advantage { get; init; }

    /// <summary>
    /// Fates of one group's completions; those that only a whole batch can decide count as kept until <see cref="PruneBatch"/>.
    /// </summary>
    public required Func<AdvantagedGroup, PrunedGroup> Prune { get; init; }

    /// <summary>
    /// Fates of a complete batch's completions, each group of which has passed <see cref="Prune"/>: the same groups in order.
    /// </summary>
    public required Func<PrunedGroup[], PrunedGroup[]> PruneBatch { get; init; }

    /// <summary>How many further questions the batch needs, given all its groups so far; 0 when it is full.</summary>
    public required Func<IReadOnlyList<PrunedGroup>, int> MoreQuestions { get; init; }

    /// <summary>Final fates and micro-batches of a batch: (index, all its groups) to a batch of the same groups.</summary>
    public required Func<int, PrunedGroup[], TrainingBatch> Pack { get; init; }

    /// <summary>
    /// Whether a batch may begin: (its index) to an answer. After "no" none begins any more, and those that have begun are finished.
    /// </summary>
    public Func<int, CancellationToken, Task<bool>> MayBegin { get; init; } = (_, _) => Task.FromResult(true);

    /// <summary>
    /// The groups of a round of a batch, those of them that were generated elsewhere put in their places: the same questions in order.
    /// Asked when all groups of the round have passed <see cref="Prune"/>, before <see cref="MoreQuestions"/>.
    /// </summary>
    public Func<PrunedGroup[], CancellationToken, Task<PrunedGroup[]>> Gather { get; init; } = (groups, _) => Task.FromResult(groups);

    /// <summary>
    /// Trains on the batch, records it, and makes policy version batch + 1 available to <see cref="Generate"/>. A batch without samples
    /// makes a version with the same weights. Runs on a thread of its own.
    /// </summary>
    public required Func<TrainingBatch, CancellationToken, Task> Update { get; init; }
}

/// <summary>Questions that are generated together.</summary>
/// <param name="Batch">The batch, from 0, that they are for.</param>
/// <param name="Round">0 for the batch's first questions, then 1, 2, ... for those that replace dropped groups or fill room.</param>
/// <param name="Index">The call's place among the calls of its batch, from 0.</param>
/// <param name="PolicyVersion">The version to generate with.</param>
/// <param name="Questions">At least one, with consecutive ordinals.</param>
internal sealed record GenerationCall(int Batch, int Round, int Index, int PolicyVersion, Question[] Questions);
