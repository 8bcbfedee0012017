using System.Diagnostics;
using Cppo.Model.Engine;
using Cppo.Stages;
using Cppo.Stages.Objective;

namespace Cppo.Model.Training;

/// <summary>
/// Trains replicas of one policy, one per device. Every token's weight is stated over the whole update, so the update's gradient is
/// the sum over micro-batches and devices, and every replica takes the same step.
/// </summary>
public sealed class PolicyTrainer
{
    private readonly IReadOnlyList<ITrainableEngine> replicas;
    private readonly IReadOnlyList<IPolicySnapshot> references;
    private readonly TrainerSettings settings;
    private readonly SpikeGuard? guard;
    private bool hasStepped;

    /// <summary>
    /// Takes one engine per update device, with equal weights, and as many reference snapshots (none where beta is 0). Steps of gradients
    /// that are spikes to the guard, where there is one, are left out.
    /// </summary>
    public PolicyTrainer(
        IReadOnlyList<ITrainableEngine> replicas,
        IReadOnlyList<IPolicySnapshot> references,
        TrainerSettings settings,
        SpikeGuard? guard = null
    )
    {
        if (settings.Objective.Beta != 0 && references.Count != replicas.Count)
        {
            throw new ArgumentException($"{replicas.Count} replicas need as many references, not {references.Count}.", nameof(references));
        }

        (this.replicas, this.references, this.settings, this.guard) = (replicas, references, settings, guard);
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

        var work = PerReplica((engine, device) => Prepare(engine, batch.MicroBatches[device], device, stop));
        var results = new List<ObjectiveResult<float>>();
        double norm = 0;
        int skipped = 0;
        for (int pass = 0; pass < settings.Passes && skipped == 0; pass++)
        {
            rate = settings.Schedule.RateAt((batch.Index * settings.Passes) + pass);
            var parts = PerReplica((engine, device) => Accumulate(engine, work[device], pass, stop));
            var total = Objective.combine<float>([.. parts.SelectMany(part => part)]);
            SumGradients();
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
        return Report(batch, results, [.. work.SelectMany(device => device)], norm, rate, start, skipped);
    }

    /// <summary>A micro-batch with what does not change from pass to pass.</summary>
    private sealed class Prepared(MicroBatch batch, float[][] referenceLogprobs)
    {
        /// <summary>With the generation logprobs that count.</summary>
        public MicroBatch Batch { get; private set; } = batch;

        public float[][] ReferenceLogprobs => referenceLogprobs;

        /// <summary>Of the first pass; empty before it, and where nothing is corrected.</summary>
        public double[][] ImportanceWeights { get; private set; } = [];

        /// <summary>Of the first pass; null before it.</summary>
        public GenerationGap? Gap { get; private set; }

        /// <summary>
        /// Takes what the first pass says of the policy that generates no more: how far sampling was from it, the weights that follow, and
        /// where these are wanted, the generation logprobs that count from now on.
        /// </summary>
        public void Meet(float[][] policy, TrainerSettings settings)
        {
            float[][] generation = [.. Batch.Samples.Select(sample => sample.GenerationLogprobs)];
            Gap = Importance.measure(settings.Importance, generation, policy);
            ImportanceWeights = Importance.weights(settings.Importance, generation, policy);
            if (settings.RecomputeGenerationLogprobs)
            {
                Batch = WithGenerationLogprobs(Batch, policy);
            }
        }
    }

    private List<Prepared> Prepare(ITrainableEngine engine, MicroBatch[] microBatches, int device, CancellationToken stop)
    {
        var prepared = new List<Prepared>();
        foreach (var microBatch in microBatches)
        {
            stop.ThrowIfCancellationRequested();
            prepared.Add(
                new Prepared(
                    microBatch,
                    settings.Objective.Beta == 0 ? [] : engine.Logprobs(references[device], microBatch, settings.Temperature)
                )
            );
        }

        return prepared;
    }

    private static MicroBatch WithGenerationLogprobs(MicroBatch batch, float[][] logprobs) =>
        new(
            batch.Device,
            batch.Index,
            batch.Prompts,
            [
                .. batch.Samples.Select(
                    (s, i) => new TrainingSample(s.Prompt, s.Group, s.Completion, s.TokenIds, logprobs[i], s.Advantage, s.TokenWeight)
                ),
            ],
            batch.TokenCapacity,
            batch.NumTokens
        );

    /// <summary>
    /// Gradients of all micro-batches. Recomputed generation logprobs are those of the policy that the first pass meets, so they are that
    /// pass's own: no step is taken before all micro-batches have run.
    /// </summary>
    private List<ObjectiveResult<float>> Accumulate(ITrainableEngine engine, List<Prepared> work, int pass, CancellationToken stop)
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

    private void SumGradients()
    {
        if (replicas.Count == 1)
        {
            return;
        }

        var sum = replicas[0].ExportGradients();
        foreach (var replica in replicas.Skip(1))
        {
            foreach (var (total, part) in sum.Zip(replica.ExportGradients()))
            {
                for (int i = 0; i < total.Values.Length; i++)
                {
                    total.Values[i] += part.Values[i];
                }
            }
        }

        PerReplica(
            (engine, _) =>
            {
                engine.ImportGradients(sum);
                return true;
            }
        );
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

    private static UpdateReport Report(
        TrainingBatch batch,
        List<ObjectiveResult<float>> passes,
        Prepared[] work,
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
            generationGap: Importance.combine([.. work.Select(item => item.Gap).OfType<GenerationGap>()])
        );
    }
}
