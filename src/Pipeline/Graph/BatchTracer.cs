using Cppo.Stages;

namespace Cppo.Pipeline.Graph;

/// <summary>When a stage worked on a batch.</summary>
/// <param name="Stage">The stage's name, as in the timeline.</param>
/// <param name="Start">When it took up the batch's first message.</param>
/// <param name="End">When it was done with the last one.</param>
/// <param name="BusySeconds">Time at work between, summed over messages: those worked on side by side count each for itself.</param>
/// <param name="Messages">How many there were: calls, groups or batches.</param>
internal sealed record StageTrace(string Stage, DateTimeOffset Start, DateTimeOffset End, double BusySeconds, int Messages);

/// <summary>When the stages worked on a batch, from its first question to the end of its update.</summary>
/// <param name="Batch">The batch, which is the step of its update.</param>
/// <param name="PolicyVersion">The version that generated it.</param>
/// <param name="Stages">Those that worked on it, in the order of the flow.</param>
internal sealed record BatchTrace(int Batch, int PolicyVersion, IReadOnlyList<StageTrace> Stages)
{
    public DateTimeOffset Start => Stages.Min(stage => stage.Start);

    public DateTimeOffset End => Stages.Max(stage => stage.End);
}

/// <summary>
/// Notes when stages work on a batch, and tells of it when its update is done. Batches that a stop drops are not told of.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="done">Is called by the update's thread, which it must not keep.</param>
internal sealed class BatchTracer(TimeProvider time, Action<BatchTrace> done)
{
    private static readonly string[] Flow = ["generate", "reward", "advantage", "prune", "allocate", "update"];

    private readonly Lock gate = new();
    private readonly DateTimeOffset originTime = time.GetUtcNow();
    private readonly long origin = time.GetTimestamp();
    private readonly Dictionary<(int Batch, string Stage), Note> notes = [];

    /// <summary>The same stages, watched.</summary>
    public TrainingStages Around(TrainingStages stages) =>
        stages with
        {
            Generate = async (call, cancel) =>
            {
                using (Begin(call.Batch, "generate"))
                {
                    return await stages.Generate(call, cancel);
                }
            },
            Score = async (group, cancel) =>
            {
                using (Begin(group.Batch, "reward"))
                {
                    return await stages.Score(group, cancel);
                }
            },
            Advantage = group => Watched(group.Rollout.Batch, "advantage", () => stages.Advantage(group)),
            Prune = group => Watched(group.Scored.Rollout.Batch, "prune", () => stages.Prune(group)),
            MoreQuestions = groups => Watched(BatchOf(groups), "allocate", () => stages.MoreQuestions(groups)),
            PruneBatch = groups => Watched(BatchOf(groups), "allocate", () => stages.PruneBatch(groups)),
            Pack = (batch, groups) => Watched(batch, "allocate", () => stages.Pack(batch, groups)),
            Update = async (batch, cancel) =>
            {
                using (Begin(batch.Index, "update"))
                {
                    await stages.Update(batch, cancel);
                }

                done(Take(batch));
            },
        };

    private static int BatchOf(IReadOnlyList<PrunedGroup> groups) => groups[0].Advantaged.Scored.Rollout.Batch;

    private T Watched<T>(int batch, string stage, Func<T> work)
    {
        using (Begin(batch, stage))
        {
            return work();
        }
    }

    private Work Begin(int batch, string stage) => new(this, (batch, stage), time.GetTimestamp());

    private void Add((int Batch, string Stage) key, long start)
    {
        long end = time.GetTimestamp();
        lock (gate)
        {
            var before = notes.GetValueOrDefault(key, new Note(start, end, 0, 0));
            notes[key] = new Note(
                Math.Min(before.Start, start),
                Math.Max(before.End, end),
                before.BusySeconds + time.GetElapsedTime(start, end).TotalSeconds,
                before.Messages + 1
            );
        }
    }

    private BatchTrace Take(TrainingBatch batch)
    {
        var stages = new List<StageTrace>(Flow.Length);
        lock (gate)
        {
            foreach (string stage in Flow)
            {
                if (notes.Remove((batch.Index, stage), out var note))
                {
                    stages.Add(new StageTrace(stage, At(note.Start), At(note.End), note.BusySeconds, note.Messages));
                }
            }
        }

        return new BatchTrace(batch.Index, batch.OldestPolicyVersion, stages);
    }

    private DateTimeOffset At(long timestamp) => originTime + time.GetElapsedTime(origin, timestamp);

    private readonly record struct Note(long Start, long End, double BusySeconds, int Messages);

    private readonly struct Work(BatchTracer tracer, (int Batch, string Stage) key, long start) : IDisposable
    {
        public void Dispose() => tracer.Add(key, start);
    }
}
