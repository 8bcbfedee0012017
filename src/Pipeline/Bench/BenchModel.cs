using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Loading;
using Cppo.Model.Training;
using Cppo.Model.Weights;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Hub;

namespace Cppo.Pipeline.Bench;

/// <summary>A phase that can be run again and again.</summary>
/// <param name="Name">The baseline's name of the phase.</param>
/// <param name="Tokens">Completion tokens.</param>
/// <param name="Operations">Floating-point operations that it cannot do without.</param>
/// <param name="Run">Runs it.</param>
internal sealed record BenchWork(string Name, long Tokens, double Operations, Action Run);

/// <summary>
/// A model with random weights and what can be measured of it. An update gives what the Python baseline's gives: logprobs of the policy,
/// which are the first iteration's, and of the reference, then per iteration forward and backward over all micro-batches, clipping and one
/// AdamW step.
/// </summary>
internal sealed class BenchModel : IDisposable
{
    private readonly string configPath;
    private readonly DecoderConfig config;
    private readonly ILocalEngine? trained;
    private readonly IRolloutEngine engine;
    private readonly IPolicySnapshot? loaded;
    private readonly Lazy<IPolicySnapshot> reference;
    private readonly OperationCount operations;
    private readonly WeightPrecision precision;

    /// <exception cref="UsageException">The model's context or vocabulary is too small for the workload.</exception>
    /// <exception cref="ModelFileException">The file is no configuration of a model that can be run.</exception>
    public BenchModel(BenchSettings settings)
    {
        precision = settings.Precision;
        string place = HubPlace.DirectoryOf(settings.ConfigPath);
        configPath = Directory.Exists(place) ? Path.Combine(place, HfConfigFile.FileName) : place;
        config = HfConfigFile.Read(configPath);
        CheckLengths(settings.Workload.Lengths);
        if (config.VocabSize <= BenchData.FirstTokenId)
        {
            throw new UsageException(
                $"{configPath}: vocab_size is {config.VocabSize}; random token ids need more than {BenchData.FirstTokenId}."
            );
        }

        var weights = RandomWeights.Streams(config, seed: 0);
        Parameters = weights.Sum(tensor => tensor.NumElements);
        if (precision != WeightPrecision.Float32 && !settings.Phases.HasFlag(BenchPhases.Update))
        {
            (engine, loaded) = EngineFactory.CreateForRollouts(settings.Engine, config, weights, settings.EngineSettings);
        }
        else
        {
            engine = trained = EngineFactory.Create(settings.Engine, config, weights, settings.EngineSettings);
        }

        reference = new Lazy<IPolicySnapshot>(() => trained!.Publish(policyVersion: 0));
        operations = new OperationCount(config);
    }

    /// <summary>The name of the engine.</summary>
    public string EngineName => engine.Name;

    /// <summary>Numbers in the weights.</summary>
    public long Parameters { get; }

    /// <summary>The phases of a workload.</summary>
    /// <exception cref="UsageException">The model's context is too small for it.</exception>
    public IReadOnlyList<BenchWork> Works(BenchWorkload workload, BenchPhases phases, CancellationToken stop)
    {
        CheckLengths(workload.Lengths);
        var data = new BenchData(workload, config.VocabSize);
        var works = new List<BenchWork>();
        if (phases.HasFlag(BenchPhases.Rollout))
        {
            works.Add(
                new BenchWork(
                    BenchReport.Rollout,
                    data.NumTokens(workload.Group),
                    operations.Forward(data, workload.Group),
                    Generate(Generating(phases), data.Requests(), stop)
                )
            );
        }

        if (phases.HasFlag(BenchPhases.Update))
        {
            works.Add(Update(BenchReport.GrpoUpdate, data, workload, workload.Group, stop));
            works.Add(Update(BenchReport.CppoUpdate, data, workload, workload.Keep, stop));
        }

        return works;
    }

    /// <summary>
    /// The two parts of a workload's rollout, of which the first can be run; the second is what the whole takes longer.
    /// </summary>
    public (RolloutWork Prefill, RolloutWork Decode, Action RunPrefill) Parts(
        BenchWorkload workload,
        BenchPhases phases,
        CancellationToken stop
    )
    {
        var data = new BenchData(workload, config.VocabSize);
        var (prefill, decode) = RolloutWork.Of(config, data, workload.Group, precision);
        return (prefill, decode, Generate(Generating(phases), data.PromptRequests(), stop));
    }

    /// <summary>Hashes the weights, which a run does once an update.</summary>
    public void HashWeights() => trained!.HashWeights();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (reference.IsValueCreated)
        {
            reference.Value.Dispose();
        }

        engine.Dispose();
    }

    /// <summary>A copy where updates come between, which end what they share.</summary>
    private IPolicySnapshot Generating(BenchPhases phases) =>
        loaded ?? (phases.HasFlag(BenchPhases.Update) ? reference.Value : trained!.Share(policyVersion: 0));

    private Action Generate(IPolicySnapshot snapshot, IReadOnlyList<GenerationRequest> calls, CancellationToken stop) =>
        () =>
        {
            foreach (var call in calls)
            {
                engine.GenerateAsync(snapshot, call, stop).GetAwaiter().GetResult();
            }
        };

    private BenchWork Update(string name, BenchData data, BenchWorkload workload, int completionsPerQuestion, CancellationToken stop)
    {
        var trainer = new PolicyTrainer([trained!], [reference.Value], TrainerSettings(workload));
        var batch = data.Batch(completionsPerQuestion);
        return new BenchWork(
            name,
            batch.NumLossTokens,
            operations.Update(data, completionsPerQuestion, workload.Iterations),
            () => trainer.Train(BenchData.Again(batch), stop)
        );
    }

    private static TrainerSettings TrainerSettings(BenchWorkload work) =>
        new()
        {
            Objective = new ObjectiveSettings(Surrogates.table.Find("clipped"), epsilonLow: 0.2, epsilonHigh: 0.2, beta: 0.04),
            Schedule = new LearningRateSchedule(ScheduleShape.Constant, PeakRate: 1e-6, WarmupRatio: 0, TotalSteps: 1),
            AdamW = new AdamWSettings(WeightDecay: 0.01),
            Passes = work.Iterations,
            RecomputeGenerationLogprobs = true,
        };

    private void CheckLengths(BenchLengths lengths)
    {
        if (lengths.Longest > config.MaxPositions)
        {
            throw new UsageException(
                lengths.Name == BenchLengths.FixedName
                    ? $"--prompt and --completion are {lengths.Longest} tokens together, but {configPath} has max_position_embeddings "
                        + $"{config.MaxPositions}."
                    : $"--lengths {lengths.Name} has up to {lengths.Longest} tokens, but {configPath} has max_position_embeddings "
                        + $"{config.MaxPositions}."
            );
        }
    }
}
