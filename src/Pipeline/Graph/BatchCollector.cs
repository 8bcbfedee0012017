using Cppo.Stages;

namespace Cppo.Pipeline.Graph;

/// <summary>The groups of one batch, all its rounds, in the order of their questions.</summary>
internal sealed record CollectedBatch(int Index, PrunedGroup[] Groups);

/// <summary>
/// Collects the groups of the batch in progress. The feeder announces each round before it sends it and waits for the answer: so many
/// more questions, or none. It is given when the round's last group has arrived and those made elsewhere were gathered, and depends on the
/// batch's groups only. As order is kept and the next batch begins after the answer "none", the groups of two batches never mix.
/// </summary>
/// <param name="gather">Completes the groups of a round.</param>
/// <param name="moreQuestions">How many more questions a batch needs.</param>
/// <param name="maxRounds">Rounds of a batch beyond its first.</param>
internal sealed class BatchCollector(
    Func<PrunedGroup[], CancellationToken, Task<PrunedGroup[]>> gather,
    Func<IReadOnlyList<PrunedGroup>, int> moreQuestions,
    int maxRounds
)
{
    private readonly Lock gate = new();
    private readonly List<PrunedGroup> groups = [];
    private TaskCompletionSource<int>? answer;
    private int batch;
    private int round;
    private int expected;
    private int complete;

    /// <summary>
    /// Feeder's side: a round of the batch is about to be sent. The result is the number of further questions, 0 when the batch is
    /// complete.
    /// </summary>
    public Task<int> Announce(int batch, int round, int numQuestions)
    {
        lock (gate)
        {
            (this.batch, this.round) = (batch, round);
            expected += numQuestions;
            answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return answer.Task;
        }
    }

    /// <summary>
    /// Graph's side, one group at a time: takes in the next group; the result is not null when it was the last of its batch.
    /// </summary>
    /// <exception cref="InvalidOperationException">The group belongs to another batch.</exception>
    public async Task<CollectedBatch?> AddAsync(PrunedGroup group, CancellationToken cancel)
    {
        PrunedGroup[] ofRound;
        lock (gate)
        {
            int ofBatch = group.Advantaged.Scored.Rollout.Batch;
            if (ofBatch != batch || groups.Count == expected)
            {
                throw new InvalidOperationException($"A group of batch {ofBatch} arrived beyond the {expected} groups of batch {batch}.");
            }

            groups.Add(group);
            if (groups.Count < expected)
            {
                return null;
            }

            ofRound = [.. groups.Skip(complete)];
        }

        // Nothing arrives meanwhile: the feeder waits for the answer.
        var gathered = await gather(ofRound, cancel);
        lock (gate)
        {
            groups.RemoveRange(complete, groups.Count - complete);
            groups.AddRange(gathered);
            complete = groups.Count;
            if (complete != expected)
            {
                throw new InvalidOperationException($"Batch {batch} was gathered with {complete} groups for {expected} questions.");
            }

            int more = round < maxRounds ? moreQuestions(groups) : 0;
            CollectedBatch? whole = null;
            if (more <= 0)
            {
                whole = new CollectedBatch(batch, [.. groups]);
                groups.Clear();
                (expected, complete) = (0, 0);
            }

            answer!.SetResult(Math.Max(0, more));
            return whole;
        }
    }
}
