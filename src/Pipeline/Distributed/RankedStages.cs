using Cppo.Model.Collectives;
using Cppo.Pipeline.Graph;
using Cppo.Stages;

namespace Cppo.Pipeline.Distributed;

/// <summary>
/// The stages of a run that several processes make together. Each goes through all calls of all batches and generates those whose index is
/// its own modulo their number; the groups of the others are placeholders without completions, which the stages pass on untouched until a
/// round is complete and its groups are gathered.
/// </summary>
internal static class RankedStages
{
    /// <summary>The stages over some processes; the same ones where there is one process.</summary>
    /// <param name="stages">Those of one process.</param>
    /// <param name="ranks">Used by these stages alone, one call at a time: "may it begin?", then the rounds of the batch.</param>
    /// <param name="isStopRequested">Whether this process was asked to stop, on which all agree before a batch.</param>
    public static TrainingStages Over(TrainingStages stages, ICollective ranks, Func<bool> isStopRequested) =>
        ranks.Size == 1
            ? stages
            : stages with
            {
                MayBegin = async (batch, cancel) =>
                    !await Waiting(() => ranks.AnyTrue(isStopRequested(), $"the beginning of batch {batch}"), cancel),
                Generate = (call, cancel) =>
                    call.Index % ranks.Size == ranks.Rank
                        ? stages.Generate(call, cancel)
                        : Task.FromResult(Array.ConvertAll(call.Questions, question => Placeholder(call, question))),
                Score = (group, cancel) => IsPlaceholder(group) ? Task.FromResult(new ScoredGroup(group, [])) : stages.Score(group, cancel),
                Advantage = group =>
                    IsPlaceholder(group.Rollout) ? new AdvantagedGroup(group, [], rewardMean: 0, rewardStd: 0) : stages.Advantage(group),
                Prune = group => IsPlaceholder(group.Scored.Rollout) ? new PrunedGroup(group, []) : stages.Prune(group),
                Gather = (groups, cancel) => Waiting(() => Gather(groups, ranks), cancel),
            };

    private static RolloutGroup Placeholder(GenerationCall call, Question question) =>
        new(question, [], call.Batch, call.PolicyVersion, device: "", [], DateTimeOffset.UnixEpoch);

    private static bool IsPlaceholder(RolloutGroup group) => group.Completions.Length == 0;

    private static RolloutGroup RolloutOf(PrunedGroup group) => group.Advantaged.Scored.Rollout;

    private static PrunedGroup[] Gather(PrunedGroup[] groups, ICollective ranks)
    {
        var known = groups.ToDictionary(group => RolloutOf(group).Question.Ordinal);
        byte[] mine = GroupBytes.Write([.. groups.Where(group => !IsPlaceholder(RolloutOf(group)))]);
        byte[][] all = ranks.Gather(mine, $"the groups of batch {RolloutOf(groups[0]).Batch}");
        for (int rank = 0; rank < all.Length; rank++)
        {
            if (rank == ranks.Rank)
            {
                continue;
            }

            foreach (var group in GroupBytes.Read(all[rank], ordinal => RolloutOf(known[ordinal])))
            {
                known[RolloutOf(group).Question.Ordinal] = group;
            }
        }

        PrunedGroup[] complete = [.. groups.Select(group => known[RolloutOf(group).Question.Ordinal])];
        return Array.Find(complete, group => IsPlaceholder(RolloutOf(group))) is { } missing
            ? throw new InvalidOperationException($"No process generated the group of question {RolloutOf(missing).Question.Id}.")
            : complete;
    }

    /// <summary>Waits for other processes on a thread of its own, so that those of the pool stay free.</summary>
    private static Task<T> Waiting<T>(Func<T> work, CancellationToken cancel) =>
        Task.Factory.StartNew(work, cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
