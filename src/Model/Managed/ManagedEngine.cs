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
internal sealed unsafe partial class ManagedEngine : ILocalEngine
{
    private readonly EngineSettings settings;
    private readonly ModelShape shape;
    private readonly Teams teams;
    private readonly Turns turns = new("managed rollouts");
    private readonly int threads;
    private readonly int updateThreads;
    private readonly ParameterArray weights;
    private readonly ParameterArray? gradients;
    private readonly ManagedAdamW? optimizer;
    private readonly ManagedAdapter? adapter;
    private readonly PackedWeights forward;
    private readonly PackedWeights back;
    private readonly ForwardWeights current;
    private readonly ManagedRollout rollout;
    private readonly TrainingPass training;
    private readonly ConcurrentBag<InferencePass> inference = [];
    private bool packed;

    /// <summary>Weights are read once, one at a time, under their Hugging Face names.</summary>
    internal ManagedEngine(DecoderConfig config, IEnumerable<NamedArray> weights, EngineSettings settings, Adapter? adapter = null)
        : this(config, weights, settings, SimdLevels.Best, adapter) { }

    /// <summary>The same on the matrix kernels of a given level.</summary>
    internal ManagedEngine(
        DecoderConfig config,
        IEnumerable<NamedArray> weights,
        EngineSettings settings,
        SimdLevel level,
        Adapter? adapter = null
    )
    {
        Check(settings);
        this.settings = settings;
        shape = new ModelShape(config, level);
        var layout = new ParameterLayout(config);
        this.weights = new ParameterArray(layout);
        this.weights.Read(weights);
        if (adapter is null)
        {
            gradients = new ParameterArray(layout);
            optimizer = new ManagedAdamW(config, layout);
        }
        else
        {
            this.adapter = new ManagedAdapter(config, adapter, level);
        }

        threads = settings.Threads > 0 ? settings.Threads : Environment.ProcessorCount;
        teams = new Teams(settings.Cores ?? new CoreBudget(threads));
        updateThreads = settings.UpdateThreads > 0 ? Math.Min(settings.UpdateThreads, threads) : threads;
        forward = new PackedWeights(shape, layout, forward: true);
        back = new PackedWeights(shape, layout, forward: false);
        current = new ForwardWeights(shape, this.weights, forward, this.adapter?.Weights);
        rollout = new ManagedRollout(settings);
        training = new TrainingPass(settings.LogitChunkTokens, settings.RecomputeActivations);
        if (adapter is not null)
        {
            // The base never changes: all snapshots read these panels.
            InTeam(team => forward.Pack(this.weights.Pointer, team));
        }
    }

    /// <inheritdoc/>
    public string Name => "managed";

    /// <inheritdoc/>
    public string Device => settings.Device;

    /// <inheritdoc/>
    public DecoderConfig Config => shape.Config;

    /// <inheritdoc/>
    public IPolicySnapshot Publish(int policyVersion)
    {
        if (adapter is not null)
        {
            return Snapshot(policyVersion, adapter.CopyValues());
        }

        var copy = new ParameterArray(weights.Layout);
        VectorMath.Copy(weights.Pointer, copy.Pointer, weights.Layout.Length);
        return Snapshot(policyVersion, shape, copy);
    }

    /// <inheritdoc/>
    public IPolicySnapshot LoadSnapshot(string modelDirectory, int policyVersion)
    {
        using var model = HfModelDirectory.Open(modelDirectory, Config.VocabSize);
        var flat = new ParameterArray(new ParameterLayout(model.Config));
        flat.Read(model.ReadAll());
        return Snapshot(policyVersion, new ModelShape(model.Config, shape.Level), flat);
    }

    /// <inheritdoc/>
    public IPolicySnapshot ImportSnapshot(IReadOnlyList<NamedArray> weights, int policyVersion)
    {
        if (adapter is not null && AdapterShape.IsOf(weights))
        {
            return Snapshot(policyVersion, adapter.ReadValues(weights));
        }

        var flat = new ParameterArray(this.weights.Layout);
        flat.Read(weights);
        return Snapshot(policyVersion, shape, flat);
    }

    /// <inheritdoc/>
    public Task<GeneratedGroup[]> GenerateAsync(IPolicySnapshot snapshot, GenerationRequest request, CancellationToken stop) =>
        turns.Take(() => Generate(snapshot, request, stop), stop);

    private GeneratedGroup[] Generate(IPolicySnapshot snapshot, GenerationRequest request, CancellationToken stop)
    {
        var read = SnapshotOf(snapshot);
        var groups = teams.With(
            request.Threads > 0 ? Math.Min(request.Threads, threads) : threads,
            team => rollout.Generate(read.Weights, request, team, stop)
        );
        GC.KeepAlive(read);
        return groups;
    }

    /// <inheritdoc/>
    public float[][] Logprobs(IPolicySnapshot snapshot, MicroBatch batch, double temperature)
    {
        if (batch.Samples.Length == 0)
        {
            return [];
        }

        var read = SnapshotOf(snapshot);
        EngineInput.Check(batch, Config);
        var rows = new PackedRows(batch);
        var pass = inference.TryTake(out var idle) ? idle : new InferencePass(settings.LogitChunkTokens);
        float[] logprobs = teams.With(updateThreads, team => pass.Run(read.Weights, rows, temperature, team));
        inference.Add(pass);
        GC.KeepAlive(read);
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
            Pack(team);
            training.Run(
                current,
                back,
                rows,
                temperature,
                gradients,
                adapter?.Backward,
                team,
                logprobs => numbers.Join(gradient(numbers.Split(logprobs)))
            );
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamedArray> ExportGradients() => gradients?.Export() ?? adapter!.ExportGradients();

    /// <inheritdoc/>
    public void ImportGradients(IReadOnlyList<NamedArray> gradients)
    {
        this.gradients?.Import(gradients);
        adapter?.ImportGradients(gradients);
    }

    /// <inheritdoc/>
    public double GradientNorm() =>
        teams.With(updateThreads, team => gradients is null ? adapter!.GradientNorm(team) : ManagedAdamW.Norm(gradients, team));

    /// <inheritdoc/>
    public void Step(AdamWStep step) =>
        InTeam(team =>
        {
            packed &= adapter is not null;
            optimizer?.Step(step, weights, gradients!, team);
            adapter?.Step(step, team);
        });

    /// <inheritdoc/>
    public void ZeroGradients()
    {
        gradients?.Clear();
        adapter?.ZeroGradients();
    }

    /// <inheritdoc/>
    public string HashWeights() => adapter?.Hash() ?? weights.Hash();

    /// <inheritdoc/>
    public void SaveWeights(string directory)
    {
        if (adapter is not null)
        {
            adapter.Save(directory);
            return;
        }

        HfModelDirectory.WriteWeights(directory, weights.Export(), WeightType.F32);
    }

    /// <inheritdoc/>
    public void SaveOptimizer(string path)
    {
        optimizer?.Save(path);
        adapter?.SaveOptimizer(path);
    }

    /// <inheritdoc/>
    public void LoadOptimizer(string path)
    {
        optimizer?.Load(path);
        adapter?.LoadOptimizer(path);
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

        foreach (var owned in new IDisposable?[] { weights, gradients, optimizer, adapter, forward, back })
        {
            owned?.Dispose();
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

    private static ManagedSnapshot SnapshotOf(IPolicySnapshot snapshot) =>
        snapshot as ManagedSnapshot ?? throw new ArgumentException("The snapshot is another engine's.", nameof(snapshot));

    private ManagedSnapshot Snapshot(int policyVersion, ModelShape model, ParameterArray flat) =>
        teams.With(updateThreads, team => new ManagedSnapshot(policyVersion, model, flat, team));
}
