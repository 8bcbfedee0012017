using System.Diagnostics;
using Cppo.Model.Engine;
using Cppo.Model.Managed;
using Cppo.Model.Training;
using Cppo.Model.Weights;
using Cppo.Pipeline.Cli;
using Cppo.Stages;

namespace Cppo.Pipeline.Bench;

/// <summary>
/// Rollouts and updates on a model with random weights. An update gives what the Python baseline's gives: logprobs of the policy, which
/// are the first iteration's, and of the reference, then per iteration forward and backward over all micro-batches, clipping and one AdamW step.
/// </summary>
internal sealed class BenchRun : IDisposable
{
    private readonly BenchSettings settings;
    private readonly Action<string> notice;
    private readonly CancellationToken stop;
    private readonly IPolicyEngine engine;
    private readonly IPolicySnapshot reference;
    private readonly BenchData data;
    private readonly OperationCount operations;
    private readonly long parameters;

    private BenchRun(BenchSettings settings, Action<string> notice, CancellationToken stop)
    {
        (this.settings, this.notice, this.stop) = (settings, notice, stop);
        var config = HfConfigFile.Read(settings.ConfigPath);
        Check(settings, config);
        var weights = RandomWeights.Create(config, seed: 0);
        parameters = weights.Sum(array => (long)array.Values.Length);
        engine = EngineFactory.Create(settings.Engine, config, weights, new EngineSettings { Threads = settings.Threads });
        reference = engine.Publish(policyVersion: 0);
        data = new BenchData(settings.Workload, config.VocabSize);
        operations = new OperationCount(config);
    }

    /// <summary>Runs every phase once to warm up and <see cref="BenchSettings.Repeat"/> times on the clock.</summary>
    /// <exception cref="UsageException">The model's context or vocabulary is too small for the workload.</exception>
    /// <exception cref="ModelFileException">The file is no configuration of a Qwen2 model.</exception>
    public static BenchReport Execute(BenchSettings settings, Action<string> notice, CancellationToken stop)
    {
        using var run = new BenchRun(settings, notice, stop);
        var phases = new List<BenchPhase>();
        if (settings.Phases.HasFlag(BenchPhases.Rollout))
            phases.Add(run.Rollout());
        if (settings.Phases.HasFlag(BenchPhases.Update))
        {
            phases.Add(run.Update(BenchReport.GrpoUpdate, settings.Workload.Group));
            phases.Add(run.Update(BenchReport.CppoUpdate, settings.Workload.Keep));
        }

        long peak = Process.GetCurrentProcess().PeakWorkingSet64;
        return new BenchReport(settings, run.engine.Name, run.parameters, MatrixProductRate.Measure(settings.Threads), peak, phases);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        reference.Dispose();
        engine.Dispose();
    }

    private BenchPhase Rollout()
    {
        var calls = data.Requests();
        int group = settings.Workload.Group;
        return Measure(BenchReport.Rollout, data.NumTokens(group), operations.Forward(data, group), () =>
        {
            foreach (var call in calls)
                engine.Generate(reference, call, stop);
        });
    }

    private BenchPhase Update(string name, int completionsPerQuestion)
    {
        var trainer = new PolicyTrainer([engine], [reference], TrainerSettings(settings.Workload));
        var batch = data.Batch(completionsPerQuestion);
        return Measure(
            name, batch.NumLossTokens, operations.Update(data, completionsPerQuestion, settings.Workload.Iterations), () => trainer.Train(BenchData.Again(batch), stop));
    }

    private BenchPhase Measure(string name, long tokens, double work, Action run)
    {
        double seconds = BenchClock.MedianSeconds(run, settings.Repeat, stop);
        notice(FormattableString.Invariant($"{name}: {seconds:0.000} s"));
        return new BenchPhase(name, seconds, tokens, work);
    }

    private static TrainerSettings TrainerSettings(BenchWorkload work) => new()
    {
        Objective = new ObjectiveSettings(epsilonLow: 0.2, epsilonHigh: 0.2, beta: 0.04, Aggregation.TokenMean),
        Schedule = new LearningRateSchedule(ScheduleShape.Constant, PeakRate: 1e-6, WarmupRatio: 0, TotalSteps: 1),
        AdamW = new AdamWSettings(WeightDecay: 0.01),
        Passes = work.Iterations,
        RecomputeGenerationLogprobs = true,
    };

    private static void Check(BenchSettings settings, Qwen2Config config)
    {
        var lengths = settings.Workload.Lengths;
        if (lengths.Longest > config.MaxPositions)
        {
            throw new UsageException(lengths.Name == BenchLengths.FixedName
                ? $"--prompt and --completion are {lengths.Longest} tokens together, but {settings.ConfigPath} has max_position_embeddings {config.MaxPositions}."
                : $"--lengths {lengths.Name} has up to {lengths.Longest} tokens, but {settings.ConfigPath} has max_position_embeddings {config.MaxPositions}.");
        }

        if (config.VocabSize <= BenchData.FirstTokenId)
        {
            throw new UsageException($"{settings.ConfigPath}: vocab_size is {config.VocabSize}; random token ids need more than {BenchData.FirstTokenId}.");
        }
    }
}
