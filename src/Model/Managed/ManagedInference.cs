using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Parameters;
using Cppo.Model.Managed.Rollout;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Managed;

/// <summary>
/// A model that only generates, in the number type of <see cref="EngineSettings.RolloutPrecision"/>: its weights are never held in
/// another one.
/// </summary>
internal sealed class ManagedInference : IRolloutEngine
{
    private readonly ModelShape shape;
    private readonly RolloutWeights weights;
    private readonly ManagedRollout rollout;
    private readonly Teams teams;
    private readonly Turns turns = new("managed rollouts");
    private readonly int threads;

    /// <summary>Tensors are read once, piece by piece, under their Hugging Face names.</summary>
    /// <exception cref="ModelFileException">A name or shape is not the model's, or one is missing.</exception>
    internal ManagedInference(DecoderConfig config, IEnumerable<WeightStream> tensors, EngineSettings settings)
    {
        shape = new ModelShape(config, SimdLevels.Best);
        threads = settings.Threads > 0 ? settings.Threads : Environment.ProcessorCount;
        teams = new Teams(settings.Cores ?? new CoreBudget(threads));
        rollout = new ManagedRollout(settings);
        weights = new RolloutWeights(shape, settings.RolloutPrecision);
        weights.Read(tensors);
        Loaded = new ManagedSnapshot(policyVersion: 0, weights);
    }

    /// <inheritdoc/>
    public string Name => "managed";

    /// <inheritdoc/>
    public string Device => "cpu";

    /// <inheritdoc/>
    public DecoderConfig Config => shape.Config;

    /// <summary>The weights; the only ones that this engine generates from.</summary>
    internal IPolicySnapshot Loaded { get; }

    /// <inheritdoc/>
    public Task<IPolicySnapshot> TakeWeightsAsync(IReadOnlyList<NamedArray> weights, int policyVersion, CancellationToken stop) =>
        throw new InvalidOperationException("The engine generates from the weights that it was made with.");

    /// <inheritdoc/>
    public Task<GeneratedGroup[]> GenerateAsync(IPolicySnapshot snapshot, GenerationRequest request, CancellationToken stop) =>
        ReferenceEquals(snapshot, Loaded)
            ? turns.Take(
                () =>
                    teams.With(
                        request.Threads > 0 ? Math.Min(request.Threads, threads) : threads,
                        team => rollout.Generate(weights, request, team, stop)
                    ),
                stop
            )
            : throw new ArgumentException("The snapshot is another engine's.", nameof(snapshot));

    /// <inheritdoc/>
    public void Dispose()
    {
        turns.Dispose();
        teams.Dispose();
        rollout.Dispose();
        Loaded.Dispose();
    }
}
