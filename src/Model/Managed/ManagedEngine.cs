using System.Collections.Concurrent;
using Cppo.Model.Adapters;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Managed.Adapters;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Parameters;
using Cppo.Model.Managed.Rollout;
using Cppo.Model.Managed.Threads;
using Cppo.Model.Managed.Training;
using Cppo.Model.Weights;
using Cppo.Stages;

namespace Cppo.Model.Managed;

/// <summary>The engine in C# with .NET's vector intrinsics: fp32 on CPUs, no native library.</summary>
internal sealed partial class ManagedEngine : ILocalEngine
{
    private readonly EngineSettings settings;
    private readonly ModelShape shape;
    private readonly Teams teams;
    private readonly Turns turns = new("managed rollouts");
    private readonly int threads;
    private readonly int updateThreads;
    private readonly ParameterLayout layout;
    private readonly ParameterArray? weights;
    private readonly RolloutWeights? roundedBase;
    private readonly ForwardWeights current;
    private readonly SnapshotCopies? copies;
    private readonly Lazy<TrainedState> trained;
    private readonly ManagedAdapter? adapter;
    private readonly ManagedRollout rollout;
    private readonly TrainingPass training;
    private readonly ConcurrentBag<InferencePass> inference = [];

    /// <summary>Weights are read once, one at a time, under their Hugging Face names.</summary>
    internal ManagedEngine(DecoderConfig config, IEnumerable<NamedArray> weights, EngineSettings settings, Adapter? adapter = null)
        : this(config, weights.Select(WeightStream.Of), settings, SimdLevels.Best, adapter) { }

    /// <summary>The same of tensors that are read piece by piece.</summary>
    internal ManagedEngine(DecoderConfig config, IEnumerable<WeightStream> weights, EngineSettings settings, Adapter? adapter = null)
        : this(config, weights, settings, SimdLevels.Best, adapter) { }

    /// <summary>The same on the matrix kernels of a given level.</summary>
    internal ManagedEngine(
        DecoderConfig config,
        IEnumerable<NamedArray> weights,
        EngineSettings settings,
        SimdLevel level,
        Adapter? adapter = null
    )
        : this(config, weights.Select(WeightStream.Of), settings, level, adapter) { }

    private ManagedEngine(
        DecoderConfig config,
        IEnumerable<WeightStream> weights,
        EngineSettings settings,
        SimdLevel level,
        Adapter? adapter
    )
    {
        Check(settings);
        this.settings = settings;
        shape = new ModelShape(config, level);
        threads = settings.Threads > 0 ? settings.Threads : Environment.ProcessorCount;
        teams = new Teams(settings.Cores ?? new CoreBudget(threads));
        updateThreads = settings.UpdateThreads > 0 ? Math.Min(settings.UpdateThreads, threads) : threads;
        layout = new ParameterLayout(config);
        if (adapter is not null && settings.BasePrecision == WeightPrecision.BFloat16)
        {
            roundedBase = new RolloutWeights(shape, settings.BasePrecision);
            roundedBase.Read(weights);
        }
        else
        {
            this.weights = new ParameterArray(layout);
            this.weights.Read(weights);
            copies = new SnapshotCopies(this.weights, teams, updateThreads);
        }

        this.adapter = adapter is null ? null : new ManagedAdapter(config, adapter, level);
        current = Base(this.adapter?.Weights);
        trained = new Lazy<TrainedState>(() => new TrainedState(shape, layout, settings.MomentPrecision));
        rollout = new ManagedRollout(settings);
        training = new TrainingPass(settings.LogitChunkTokens, settings.RecomputeActivations);
    }

    /// <inheritdoc/>
    public string Name => "managed";

    /// <inheritdoc/>
    public string Device => settings.Device;

    /// <inheritdoc/>
    public DecoderConfig Config => shape.Config;

    /// <inheritdoc/>
    public IPolicySnapshot Publish(int policyVersion) =>
        adapter is null
            ? new ManagedSnapshot(policyVersion, current, copies!, isShared: false)
            : Snapshot(policyVersion, adapter.CopyValues());

    /// <inheritdoc/>
    public IPolicySnapshot Share(int policyVersion) =>
        adapter is null ? new ManagedSnapshot(policyVersion, current, copies!, isShared: true) : Publish(policyVersion);

    /// <inheritdoc/>
    public IPolicySnapshot LoadSnapshot(string modelDirectory, int policyVersion)
    {
        using var model = HfModelDirectory.Open(modelDirectory, Config.VocabSize);
        return Reference(new ModelShape(model.Config, shape.Level), model.Streams(), policyVersion);
    }

    /// <inheritdoc/>
    public IPolicySnapshot ImportSnapshot(IReadOnlyList<NamedArray> weights, int policyVersion)
    {
        if (adapter is not null && AdapterShape.IsOf(weights))
        {
            return Snapshot(policyVersion, adapter.ReadValues(weights));
        }

        var array = new ParameterArray(layout);
        array.Read(weights);
        return new ManagedSnapshot(policyVersion, shape, array);
    }

    /// <inheritdoc/>
    public IPolicySnapshot ImportReference(IEnumerable<WeightStream> weights, int policyVersion) =>
        Reference(shape, weights, policyVersion);

    /// <inheritdoc/>
    public Task<GeneratedGroup[]> GenerateAsync(IPolicySnapshot snapshot, GenerationRequest request, CancellationToken stop) =>
        turns.Take(() => Generate(snapshot, request, stop), stop);

    private GeneratedGroup[] Generate(IPolicySnapshot snapshot, GenerationRequest request, CancellationToken stop)
    {
        // Asked for before a core is taken: the first to ask may have to copy, which takes cores, too.
        var read = SnapshotOf(snapshot).Weights;
        var groups = teams.With(
            request.Threads > 0 ? Math.Min(request.Threads, threads) : threads,
            team => rollout.Generate(read, snapshot.PolicyVersion, request, team, stop)
        );
        GC.KeepAlive(snapshot);
        return groups;
    }

    /// <inheritdoc/>
    public float[][] Logprobs(IPolicySnapshot snapshot, MicroBatch batch, double temperature)
    {
        if (batch.Samples.Length == 0)
        {
            return [];
        }

        var read = SnapshotOf(snapshot).Weights;
        EngineInput.Check(batch, Config);
        var rows = new PackedRows(batch);
        var pass = inference.TryTake(out var idle) ? idle : new InferencePass(settings.LogitChunkTokens);
        float[] logprobs = teams.With(updateThreads, team => pass.Run(read, rows, temperature, team));
        inference.Add(pass);
        GC.KeepAlive(snapshot);
        return new CompletionNumbers(batch).Split(logprobs);
    }

    /// <inheritdoc/>
    public void ForwardBackward(MicroBatch batch, double temperature, LogprobGradient gradient)
    {
        if (batch.Samples.Length == 0)
        {
            return;
        }

        EngineInput.Check(batch, Config);
        var rows = new PackedRows(batch);
        var numbers = new CompletionNumbers(batch);
        InTeam(team =>
        {
            adapter?.Pack(team);
            training.Run(
                current,
                rows,
                temperature,
                adapter is null ? trained.Value.Gradients : null,
                adapter?.Backward,
                team,
                logprobs => numbers.Join(gradient(numbers.Split(logprobs)))
            );
        });
    }

    /// <inheritdoc/>
    public double GradientNorm() =>
        teams.With(updateThreads, team => adapter?.GradientNorm(team) ?? trained.Value.Optimizer.Norm(trained.Value.GradientArray, team));

    /// <inheritdoc/>
    public void Step(AdamWStep step)
    {
        if (adapter is not null)
        {
            InTeam(team => adapter.Step(step, team));
            return;
        }

        copies!.BeforeChange();
        var (optimizer, gradients) = (trained.Value.Optimizer, trained.Value.GradientArray);
        InTeam(team => optimizer.Step(step, weights!, gradients, team));
    }

    /// <inheritdoc/>
    public void ZeroGradients()
    {
        adapter?.ZeroGradients();
        if (trained.IsValueCreated)
        {
            trained.Value.GradientArray.Clear();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        turns.Dispose();
        teams.Dispose();
        rollout.Dispose();
        training.Dispose();
        while (inference.TryTake(out var pass))
        {
            pass.Dispose();
        }

        copies?.Dispose();
        weights?.Dispose();
        roundedBase?.Dispose();
        adapter?.Dispose();
        if (trained.IsValueCreated)
        {
            trained.Value.Dispose();
        }
    }

    private static void Check(EngineSettings settings)
    {
        if (settings.Device != "cpu")
        {
            throw new EngineUnavailableException(
                settings.Device == "cuda" || settings.Device.StartsWith("cuda:", StringComparison.Ordinal)
                    ? $"The managed engine runs on CPUs alone, not on '{settings.Device}'; write cpu, or choose the engine torch."
                    : $"The device '{settings.Device}' is unknown; write cpu or cuda:N."
            );
        }

        if (settings.ComputeType != ComputeType.Float32)
        {
            throw new EngineUnavailableException(
                "The managed engine computes in fp32 alone; set the compute type to fp32, or choose the engine torch."
            );
        }
    }

    private ManagedSnapshot Reference(ModelShape model, IEnumerable<WeightStream> tensors, int policyVersion)
    {
        if (settings.ReferencePrecision == WeightPrecision.Float32)
        {
            var array = new ParameterArray(new ParameterLayout(model.Config));
            array.Read(tensors);
            return new ManagedSnapshot(policyVersion, model, array);
        }

        var rounded = new RolloutWeights(model, settings.ReferencePrecision);
        rounded.Read(tensors);
        return new ManagedSnapshot(policyVersion, rounded);
    }

    private static ManagedSnapshot SnapshotOf(IPolicySnapshot snapshot) =>
        snapshot as ManagedSnapshot ?? throw new ArgumentException("The snapshot is another engine's.", nameof(snapshot));
}
