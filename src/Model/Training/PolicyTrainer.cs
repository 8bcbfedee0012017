using System.Diagnostics;
using Cppo.Model.Collectives;
using Cppo.Model.Engine;
using Cppo.Stages;
using Cppo.Stages.Objective;

namespace Cppo.Model.Training;

/// <summary>
/// Trains replicas of one policy, one per device, in this process and in others. Every token's weight is stated over the whole update, so
/// the update's gradient is the sum over micro-batches and devices, and every replica takes the same step.
/// </summary>
public sealed class PolicyTrainer
{
    private readonly IReadOnlyList<ITrainableEngine> replicas;
    private readonly IReadOnlyList<IPolicySnapshot> references;
    private readonly TrainerSettings settings;
    private readonly SpikeGuard? guard;
    private readonly ICollective ranks;
    private readonly LocalRanks local;
    private readonly Member[] members;
    private bool hasStepped;

    /// <summary>
    /// Takes one engine per update device of this process, with equal weights, and as many reference snapshots (none where beta is 0).
    /// Steps of gradients that are spikes to the guard, where there is one, are left out.
    /// </summary>
    /// <param name="replicas">
    /// Of one process, one per device. Of several processes, one each: it trains in turn for the devices whose index is the process's rank
    /// modulo their number, of which there may be none.
    /// </param>
    /// <param name="references">Of each replica.</param>
    /// <param name="settings">What is done with a batch.</param>
    /// <param name="guard">Knows the same norms on every process.</param>
    /// <param name="ranks">The processes that train together; null: this one alone.</param>
    public PolicyTrainer(
        IReadOnlyList<ITrainableEngine> replicas,
        IReadOnlyList<IPolicySnapshot> references,
        TrainerSettings settings,
        SpikeGuard? guard = null,
        ICollective? ranks = null
    )
    {
        if (settings.Objective.Beta != 0 && references.Count != replicas.Count)
        {
            throw new ArgumentException($"{replicas.Count} replicas need as many references, not {references.Count}.", nameof(references));
        }

        (this.replicas, this.references, this.settings, this.guard) = (replicas, references, settings, guard);
        this.ranks = ranks ?? new SingleCollective();
        local = new LocalRanks(replicas.Count);
        members =
            this.ranks.Size > 1
                ? [new(replicas[0], this.ranks, new GradientSum(this.ranks))]
                : [.. replicas.Select((engine, index) => new Member(engine, local.Of(index), new GradientSum(local.Of(index))))];
    }

    /// <summary>Tells which gradients are spikes; null where none are.</summary>
    public SpikeGuard? Guard => guard;

    /// <summary>
    /// One update: <see cref="TrainerSettings.Passes"/> optimizer steps on a batch. A batch without samples leaves the weights as they
    /// are and reports zeros. The first pass whose gradient is a spike ends the update: neither weights nor moments change any more, so
    /// that a spike in the first pass leaves them as they were.
    /// </summary>
    /// <exception cref="NonFiniteUpdateException">Thrown before the step that would have spoilt the weights.</exception>
    /// <exception cref="OperationCanceledException">Thrown between micro-batches.</exception>
    public UpdateReport Train(TrainingBatch batch, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        double rate = settings.Schedule.RateAt(batch.Index * settings.Passes);
        if (batch.NumSamples == 0)
        {
            return Report(batch, [Objective.combine(Array.Empty<ObjectiveResult<float>>())], [], gradientNorm: 0, rate, start, skipped: 0);
        }

        if (ranks.Size == 1 && batch.MicroBatches.Length != replicas.Count)
        {
            throw new ArgumentException(
                $"The batch is packed for {batch.MicroBatches.Length} devices, and {replicas.Count} train.",
                nameof(batch)
            );
        }

        var work = Prepare(batch, stop);
        var results = new List<ObjectiveResult<float>>();
        double norm = 0;
        int skipped = 0;
        for (int pass = 0; pass < settings.Passes && skipped == 0; pass++)
        {
            rate = settings.Schedule.RateAt((batch.Index * settings.Passes) + pass);
            var total = Objective.combine<float>(Pass(batch, work, pass, stop));
            norm = replicas[0].GradientNorm();
            if (!double.IsFinite(total.Loss) || !double.IsFinite(norm))
            {
                throw NonFiniteUpdateException.Of(batch, pass, total.Loss, norm, isFirst: !hasStepped);
            }

            results.Add(total);
            if (guard?.IsSpike(norm) == true)
            {
                skipped = settings.Passes - pass;
                foreach (var replica in replicas)
                {
                    replica.ZeroGradients();
                }

                continue;
            }

            double scale = settings.MaxGradientNorm > 0 && norm > settings.MaxGradientNorm ? settings.MaxGradientNorm / norm : 1;
            PerReplica(
                (engine, _) =>
                {
                    engine.Step(new AdamWStep(rate, scale, settings.AdamW));
                    return true;
                }
            );
            hasStepped = true;
        }

        guard?.Note(norm, skipped, settings.Passes);
        return Report(batch, results, Gaps(batch, work), norm, rate, start, skipped);
    }

    /// <summary>The micro-batches of each device of this process.</summary>
    private List<PreparedBatch>[] Prepare(TrainingBatch batch, CancellationToken stop) =>
        ranks.Size == 1
            ? PerReplica((engine, device) => Prepare(engine, batch.MicroBatches[device], device, stop))
            :
            [
                .. batch
                    .MicroBatches.Where((_, device) => device % ranks.Size == ranks.Rank)
                    .Select(ofDevice => Prepare(replicas[0], ofDevice, replica: 0, stop)),
            ];

    private List<PreparedBatch> Prepare(ITrainableEngine engine, MicroBatch[] microBatches, int replica, CancellationToken stop)
    {
        var prepared = new List<PreparedBatch>();
        foreach (var microBatch in microBatches)
        {
            stop.ThrowIfCancellationRequested();
            prepared.Add(
                new PreparedBatch(
                    microBatch,
                    settings.Objective.Beta == 0 ? [] : engine.Logprobs(references[replica], microBatch, settings.Temperature)
                )
            );
        }

        return prepared;
    }

    /// <summary>
    /// Gradients of all micro-batches. Recomputed generation logprobs are those of the policy that the first pass meets, so they are that
    /// pass's own: no step is taken before all micro-batches have run.
    /// </summary>
    private List<ObjectiveResult<float>> Accumulate(ITrainableEngine engine, List<PreparedBatch> work, int pass, CancellationToken stop)
    {
        engine.ZeroGradients();
        var results = new List<ObjectiveResult<float>>();
        foreach (var item in work)
        {
            stop.ThrowIfCancellationRequested();
            engine.ForwardBackward(
                item.Batch,
                settings.Temperature,
                policy =>
                {
                    if (pass == 0)
                    {
                        item.Meet(policy, settings);
                    }

                    var result = Objective.evaluate(
                        settings.Objective,
                        item.Batch.Samples,
                        item.ImportanceWeights,
                        policy,
                        item.ReferenceLogprobs
                    );
                    results.Add(result);
                    return result.Gradient;
                }
            );
        }

        return results;
    }

    /// <summary>A pass: leaves the sum of all gradients on every replica, or its shard of it.</summary>
    private ObjectiveResult<float>[] Pass(TrainingBatch batch, List<PreparedBatch>[] work, int pass, CancellationToken stop)
    {
        if (ranks.Size > 1)
        {
            return Pass(members[0], batch, work, pass, stop);
        }

        return replicas.Count == 1
            ? [.. Accumulate(replicas[0], work[0], pass, stop)]
            : local.Run(replica => Pass(members[replica], batch, [work[replica]], pass, stop))[0];
    }

    /// <summary>One replica's part: a device of each member at a time, in the order of devices.</summary>
    private ObjectiveResult<float>[] Pass(Member member, TrainingBatch batch, List<PreparedBatch>[] work, int pass, CancellationToken stop)
    {
        var parts = new List<ObjectiveResult<float>>();
        int turns = TurnsOf(batch, member.Ranks.Size);
        for (int turn = 0; turn < turns; turn++)
        {
            var mine = Accumulate(member.Engine, turn < work.Length ? work[turn] : [], pass, stop);
            parts.AddRange(LossParts.Gather(member.Ranks, mine, $"the loss of update {batch.Index}"));
            member.Sum.Add(
                member.Engine,
                isIdle: turn >= work.Length,
                turn,
                isLast: turn == turns - 1,
                $"the gradients of update {batch.Index}"
            );
        }

        return [.. parts];
    }

    /// <summary>How many devices of each process are trained one after the other.</summary>
    private static int TurnsOf(TrainingBatch batch, int size) => (batch.MicroBatches.Length + size - 1) / size;

    private GenerationGap[] Gaps(TrainingBatch batch, List<PreparedBatch>[] work)
    {
        GenerationGap[][] mine = [.. work.Select(device => device.Select(item => item.Gap).OfType<GenerationGap>().ToArray())];
        return ranks.Size == 1
            ? [.. mine.SelectMany(device => device)]
            :
            [
                .. Enumerable
                    .Range(0, TurnsOf(batch, ranks.Size))
                    .SelectMany(turn =>
                        LossParts.Gather(ranks, turn < mine.Length ? mine[turn] : [], $"the generation gap of update {batch.Index}")
                    ),
            ];
    }

    /// <summary>Runs the same work on every replica, in parallel where there are several; the first fault is thrown as it is.</summary>
    private T[] PerReplica<T>(Func<ITrainableEngine, int, T> work)
    {
        if (replicas.Count == 1)
        {
            return [work(replicas[0], 0)];
        }

        return Task.WhenAll(replicas.Select((engine, device) => Task.Run(() => work(engine, device)))).GetAwaiter().GetResult();
    }

    /// <summary>A replica among all that train together, in this process or in others.</summary>
    private sealed record Member(ITrainableEngine Engine, ICollective Ranks, GradientSum Sum);

    private static UpdateReport Report(
        TrainingBatch batch,
        List<ObjectiveResult<float>> passes,
        GenerationGap[] gaps,
        double gradientNorm,
        double rate,
        long start,
        int skipped
    )
    {
        var sum = Objective.combine<float>([.. passes]);
        return new(
            batch: batch.Index,
            policyVersion: batch.Index + 1,
            loss: sum.Loss / passes.Count,
            policyLoss: sum.PolicyLoss / passes.Count,
            kl: sum.Kl / passes.Count,
            clipRatio: sum.ClipRatio,
            entropy: sum.Entropy,
            gradientNorm: gradientNorm,
            learningRate: rate,
            staleness: batch.Index - batch.OldestPolicyVersion,
            seconds: Stopwatch.GetElapsedTime(start).TotalSeconds,
            stepsSkipped: skipped,
            generationGap: Importance.combine(gaps)
        );
    }
}
