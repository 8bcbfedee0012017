using Cppo.Model.Adapters;
using Cppo.Model.Collectives;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Weights;
using Cppo.Stages;
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>The engine on TorchSharp: CPU and CUDA, fp32 and bf16.</summary>
internal sealed class TorchEngine : ILocalEngine
{
    private readonly EngineSettings settings;
    private readonly Device device;
    private readonly Turns turns = new("torch rollouts");
    private readonly TrainableWeights weights;
    private readonly Adapter? adapter;
    private readonly TorchAdamW optimizer;
    private readonly PackedBatchCache packedBatches;
    private readonly GradientPieces gradientPieces = new();

    /// <summary>Weights are read once, one at a time, under their Hugging Face names.</summary>
    internal TorchEngine(DecoderConfig config, IEnumerable<NamedArray> weights, EngineSettings settings, Adapter? adapter = null)
    {
        (this.settings, this.adapter) = (settings, adapter);
        device = TorchRuntime.Start(settings);
        this.weights = new TrainableWeights(config, weights, ComputeType, device, adapter);
        optimizer = new TorchAdamW(this.weights);
        packedBatches = new PackedBatchCache(config, ComputeType, device, PackedBatchCache.MaxBytesOn(device));
    }

    /// <inheritdoc/>
    public string Name => "torch";

    /// <inheritdoc/>
    public string Device => settings.Device;

    /// <inheritdoc/>
    public DecoderConfig Config => weights.Config;

    private ScalarType ComputeType => settings.ComputeType == Engine.ComputeType.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;

    /// <inheritdoc/>
    public IPolicySnapshot Publish(int policyVersion)
    {
        using var noGrad = no_grad();
        return Snapshot(policyVersion, [.. weights.Tensors.Select(tensor => tensor.Compute.clone().DetachFromDisposeScope())]);
    }

    /// <inheritdoc/>
    public IPolicySnapshot PublishBase(int policyVersion) =>
        weights.Base is { } read
            ? new TorchSnapshot(policyVersion, read, weights.ExportBase, [])
            : throw new InvalidOperationException("The engine has no adapter.");

    /// <inheritdoc/>
    public IPolicySnapshot LoadSnapshot(string modelDirectory, int policyVersion)
    {
        using var model = HfModelDirectory.Open(modelDirectory, Config.VocabSize);
        return new TorchSnapshot(policyVersion, model.Config, DecoderWeights.Store(model.Config, model.ReadAll(), ComputeType, device));
    }

    /// <inheritdoc/>
    public IPolicySnapshot ImportSnapshot(IReadOnlyList<NamedArray> weights, int policyVersion) =>
        this.weights.Adapter is { } tensors && AdapterShape.IsOf(weights)
            ? Snapshot(policyVersion, DecoderWeights.Store(tensors.Layout, weights, ComputeType, device))
            : new TorchSnapshot(policyVersion, Config, DecoderWeights.Store(Config, weights, ComputeType, device));

    /// <inheritdoc/>
    public Task<GeneratedGroup[]> GenerateAsync(IPolicySnapshot snapshot, GenerationRequest request, CancellationToken stop) =>
        turns.Take(
            () => TorchRollout.Generate(WeightsOf(snapshot), request, settings.LogitChunkTokens, TorchRollout.TokensPerLook(device), stop),
            stop
        );

    /// <inheritdoc/>
    public float[][] Logprobs(IPolicySnapshot snapshot, MicroBatch batch, double temperature)
    {
        if (batch.Samples.Length == 0)
        {
            return [];
        }

        EngineInput.Check(batch, Config);
        using var noGrad = no_grad();
        var read = WeightsOf(snapshot);
        using var lease = packedBatches.Take(batch, read.Config, read.Type);
        using var scope = NewDisposeScope();
        var packed = lease.Packed;
        var x_ND = Decoder.Blocks(read, Decoder.Embed(read, packed.Ids_N), packed.Rotary, packed.Attention);
        var hidden_MD = Decoder.FinalNorm(read, x_ND.index_select(0, packed.Predicting_M));
        return new CompletionNumbers(batch).Split(
            new LogprobHead(settings.LogitChunkTokens, temperature).Logprobs(hidden_MD, read.Head_VD, packed.Targets_M)
        );
    }

    /// <inheritdoc/>
    public void ForwardBackward(MicroBatch batch, double temperature, LogprobGradient gradient)
    {
        if (batch.Samples.Length == 0)
        {
            return;
        }

        EngineInput.Check(batch, Config);
        using var lease = packedBatches.Take(batch, Config, ComputeType);
        var packed = lease.Packed;
        var numbers = new CompletionNumbers(batch);
        new PolicyGradient(weights, new LogprobHead(settings.LogitChunkTokens, temperature), settings.RecomputeActivations).Run(
            packed,
            logprobs => numbers.Join(gradient(numbers.Split(logprobs)))
        );
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamedArray> ExportGradients() => weights.Export(tensor => tensor.GradientOrZeros());

    /// <inheritdoc/>
    public void ImportGradients(IReadOnlyList<NamedArray> gradients) => weights.Import(gradients, tensor => tensor.GradientOrZeros());

    /// <inheritdoc/>
    public void EditGradients(int most, GradientEdit edit) =>
        gradientPieces.Edit([.. weights.Tensors.Select(tensor => tensor.ContiguousGradient())], most, edit);

    /// <inheritdoc/>
    public bool SumGradients(IDeviceCollective ranks, string purpose)
    {
        using var noGrad = no_grad();
        ranks.SumOnDevice([.. weights.Tensors.Select(tensor => tensor.PlaceGradient())], purpose);
        return true;
    }

    /// <inheritdoc/>
    public double GradientNorm()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        float[] norms = HostArrays.Download(stack(weights.Tensors.Select(tensor => tensor.GradientOrZeros().norm())));
        return Math.Sqrt(norms.Sum(norm => (double)norm * norm));
    }

    /// <inheritdoc/>
    public void Step(AdamWStep step) => optimizer.Step(step);

    /// <inheritdoc/>
    public void ZeroGradients()
    {
        foreach (var tensor in weights.Tensors)
        {
            tensor.DropGradient();
        }
    }

    /// <inheritdoc/>
    public string HashWeights() => weights.Hash();

    /// <inheritdoc/>
    public void SaveWeights(string directory)
    {
        var masters = weights.Export(tensor => tensor.Master);
        if (adapter is not null)
        {
            AdapterDirectory.Write(directory, adapter, masters);
            return;
        }

        HfModelDirectory.WriteWeights(directory, masters, ComputeType == ScalarType.BFloat16 ? WeightType.BF16 : WeightType.F32);
    }

    /// <inheritdoc/>
    public void SaveOptimizer(string path) => OptimizerState.Save(path, weights, optimizer);

    /// <inheritdoc/>
    public void LoadOptimizer(string path) => OptimizerState.Load(path, weights, optimizer);

    /// <inheritdoc/>
    public void Dispose()
    {
        turns.Dispose();
        packedBatches.Dispose();
        gradientPieces.Dispose();
        optimizer.Dispose();
        weights.Dispose();
    }

    /// <summary>Takes over tensors that lie as the trained ones do.</summary>
    private TorchSnapshot Snapshot(int policyVersion, Tensor[] stored) =>
        weights is { Base: { } read, Adapter: { } tensors }
            ? new TorchSnapshot(policyVersion, tensors.On(read, stored), () => weights.Export(stored), stored)
            : new TorchSnapshot(policyVersion, Config, stored);

    private static DecoderWeights WeightsOf(IPolicySnapshot snapshot) => SnapshotOf(snapshot).Weights;

    private static TorchSnapshot SnapshotOf(IPolicySnapshot snapshot) =>
        snapshot as TorchSnapshot ?? throw new ArgumentException("The snapshot is another engine's.", nameof(snapshot));
}
