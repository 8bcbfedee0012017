using System.Collections.Concurrent;
using Cppo.Pipeline.Graph;
using Cppo.Stages;

namespace Cppo.Pipeline.Tests.Graph;

/// <summary>Stages that compute nothing, check the graph's promises while they run, and remember what passed.</summary>
internal sealed class FakeStages
{
    private readonly ConcurrentDictionary<int, bool> published = new() { [0] = true };
    private readonly ConcurrentDictionary<int, bool> inFlight = new();
    private int running;

    /// <summary>Groups with a kept completion that fill a batch.</summary>
    public int GroupsPerBatch { get; init; } = 4;

    /// <summary>Ordinals of questions whose groups prune drops.</summary>
    public Func<long, bool> Drops { get; init; } = _ => false;

    /// <summary>Called at the start of each stage with its name and the batch; may throw or wait.</summary>
    public Action<string, int> OnStage { get; init; } = (_, _) => { };

    /// <summary>Called in the update, after what it does.</summary>
    public Action<int> OnUpdated { get; init; } = _ => { };

    /// <summary>One entry for each group that reached the update: batch, version, ordinal, kept.</summary>
    public ConcurrentQueue<(int Batch, int Version, long Ordinal, bool Kept)> Updated { get; } = new();

    /// <summary>All calls, in the order in which they began.</summary>
    public ConcurrentQueue<GenerationCall> Calls { get; } = new();

    /// <summary>The most batches begun and not yet updated.</summary>
    public int MostInFlight { get; private set; }

    /// <summary>Stages at work right now.</summary>
    public int Running => Volatile.Read(ref running);

    public static FlowSettings Tight { get; } =
        new()
        {
            QuestionsPerCall = 2,
            StageCapacity = 1,
            RewardParallelism = 1,
            RolloutDevices = 1,
        };

    public static FlowSettings Roomy { get; } =
        new()
        {
            QuestionsPerCall = 3,
            StageCapacity = 8,
            RewardParallelism = 4,
            RolloutDevices = 2,
        };

    /// <summary>Versions that exist before the run, apart from 0.</summary>
    public void Publish(params int[] versions) => Array.ForEach(versions, version => published[version] = true);

    public static async IAsyncEnumerable<Question> Questions(long from = 0)
    {
        await Task.CompletedTask;
        for (long ordinal = from; ; ordinal++)
        {
            yield return new Question($"q{ordinal}", $"text {ordinal}", "1", ordinal, []);
        }
    }

    public TrainingStages Build() =>
        new()
        {
            FirstRound = GroupsPerBatch,
            Generate = (call, _) => Task.Run(() => In("generate", call.Batch, () => Generate(call))),
            Score = (group, _) => Task.FromResult(In("reward", group.Batch, () => new ScoredGroup(group, [Reward(1), Reward(0)]))),
            Advantage = group => In("advantage", group.Rollout.Batch, () => new AdvantagedGroup(group, [0.7, -0.7], 0.5, 0.7)),
            Prune = group => In("prune", group.Scored.Rollout.Batch, () => Prune(group)),
            PruneBatch = groups => In("pruneBatch", BatchOf(groups[0]), () => groups),
            MoreQuestions = groups =>
                In("allocate", BatchOf(groups[0]), () => GroupsPerBatch - groups.Count(group => group.KeptIndices.Length > 0)),
            Pack = (index, groups) => In("pack", index, () => Pack(index, groups)),
            Update = (batch, _) =>
            {
                In("update", batch.Index, () => Update(batch));
                return Task.CompletedTask;
            },
        };

    public async Task<FlowEnd> RunAsync(
        FlowSettings settings,
        int endBatch,
        FlowStart? start = null,
        CancellationToken stop = default,
        CancellationToken cancel = default
    )
    {
        start ??= FlowStart.New;
        var graph = new TrainingGraph(Build(), settings, new StageTimeline(TimeProvider.System));
        var run = graph.RunAsync(Questions(start.Position.NextOrdinal), start, endBatch, stop, cancel);
        try
        {
            return await run.WaitAsync(TimeSpan.FromSeconds(20), CancellationToken.None);
        }
        finally
        {
            if (run.IsCompleted)
            {
                Assert.Equal(0, Running);
            }
        }
    }

    private static int BatchOf(PrunedGroup group) => group.Advantaged.Scored.Rollout.Batch;

    private static CompletionReward Reward(double value) => new(value, [new RewardPart("accuracy", value)], "1", "equal", value > 0);

    private T In<T>(string stage, int batch, Func<T> work)
    {
        Interlocked.Increment(ref running);
        try
        {
            OnStage(stage, batch);
            return work();
        }
        finally
        {
            Interlocked.Decrement(ref running);
        }
    }

    private RolloutGroup[] Generate(GenerationCall call)
    {
        Assert.True(published.ContainsKey(call.PolicyVersion), $"Version {call.PolicyVersion} was asked for before it was published.");
        inFlight[call.Batch] = true;
        MostInFlight = Math.Max(MostInFlight, inFlight.Count);
        Calls.Enqueue(call);
        return
        [
            .. call.Questions.Select(question => new RolloutGroup(
                question,
                [1, 2],
                call.Batch,
                call.PolicyVersion,
                "cpu",
                [.. Enumerable.Range(0, 2).Select(index => new Completion(index, [7, 8], [-1f, -2f], "78", FinishReason.Stop))],
                DateTimeOffset.UnixEpoch
            )),
        ];
    }

    private PrunedGroup Prune(AdvantagedGroup group)
    {
        bool drop = Drops(group.Scored.Rollout.Question.Ordinal);
        return new PrunedGroup(
            group,
            drop ? [Fate.NewDropped(DropReason.ZeroAdvantage), Fate.NewDropped(DropReason.ZeroAdvantage)] : [Fate.Kept, Fate.Pruned]
        );
    }

    private static TrainingBatch Pack(int index, PrunedGroup[] groups)
    {
        int kept = groups.Sum(group => group.KeptIndices.Length);
        return new TrainingBatch(
            index,
            groups,
            [
                [],
            ],
            kept,
            kept,
            kept * 2,
            1.0,
            1.0,
            groups.Min(group => group.Advantaged.Scored.Rollout.PolicyVersion)
        );
    }

    private bool Update(TrainingBatch batch)
    {
        foreach (var group in batch.Groups)
        {
            var rollout = group.Advantaged.Scored.Rollout;
            Updated.Enqueue((batch.Index, rollout.PolicyVersion, rollout.Question.Ordinal, group.KeptIndices.Length > 0));
        }

        published[batch.Index + 1] = true;
        inFlight.TryRemove(batch.Index, out _);
        OnUpdated(batch.Index);
        return true;
    }
}
