using Cppo.Model.Adapters;
using Cppo.Model.Collectives;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Weights;
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>One stored tensor of the policy, with what training needs beside it.</summary>
internal sealed class TrainableTensor(FusedTensor layout, Tensor master, ScalarType computeType) : IDisposable
{
    internal FusedTensor Layout => layout;

    /// <summary>The fp32 values that the optimizer changes.</summary>
    internal Tensor Master { get; } = master;

    /// <summary>What forward reads and autograd differentiates: the master itself, or its bf16 copy.</summary>
    internal Tensor Compute { get; } = Leaf(master, computeType);

    /// <summary>The accumulated fp32 gradient, null where nothing was accumulated.</summary>
    internal Tensor? Gradient { get; private set; }

    /// <summary>The accumulated gradient, zeros where nothing was accumulated.</summary>
    internal Tensor GradientOrZeros()
    {
        using var noGrad = no_grad();
        return Gradient ??= zeros(layout.Shape, ScalarType.Float32, Master.device).DetachFromDisposeScope();
    }

    /// <summary>The same, its numbers one row after the other.</summary>
    internal Tensor ContiguousGradient()
    {
        using var noGrad = no_grad();
        var gradient = GradientOrZeros();
        if (!gradient.is_contiguous())
        {
            // Autograd's own layout may be another one here than on a rank that had nothing to accumulate.
            Gradient = gradient.contiguous().DetachFromDisposeScope();
            gradient.Dispose();
            gradient = Gradient;
        }

        return gradient;
    }

    /// <summary>Where the accumulated gradient lies, in the order of its rows; valid until it is dropped.</summary>
    internal DeviceArray PlaceGradient()
    {
        using var noGrad = no_grad();
        var gradient = ContiguousGradient();
        using var scope = NewDisposeScope();
        using var storage = gradient.storage<float>();
        return new DeviceArray(storage.data_ptr() + (nint)(gradient.storage_offset() * sizeof(float)), gradient.numel());
    }

    /// <summary>
    /// Moves the gradient that autograd left at the compute copy into the accumulated one, in fp32 whatever the compute type.
    /// </summary>
    internal void CollectGradient()
    {
        if (Compute.grad is not { } gradient)
        {
            return;
        }

        using var noGrad = no_grad();
        if (Gradient is null)
        {
            Gradient = gradient.to(ScalarType.Float32).DetachFromDisposeScope();
        }
        else
        {
            Gradient.Increase(gradient);
        }

        Compute.grad = null;
    }

    /// <summary>Forgets the accumulated gradient.</summary>
    internal void DropGradient()
    {
        Gradient?.Dispose();
        Gradient = null;
    }

    /// <summary>Brings the compute copy up to date with the master.</summary>
    internal void Refresh()
    {
        if (!ReferenceEquals(Compute, Master))
        {
            using var noGrad = no_grad();
            Compute.copy_(Master);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        DropGradient();
        Compute.Dispose();
        Master.Dispose();
    }

    private static Tensor Leaf(Tensor master, ScalarType type)
    {
        var leaf = master.dtype == type ? master : master.to(type).DetachFromDisposeScope();
        leaf.requires_grad = true;
        return leaf;
    }
}

/// <summary>What of the policy is trained: all weights, or an adapter on weights that stay as they are.</summary>
internal sealed class TrainableWeights : IDisposable
{
    private readonly IReadOnlyList<FusedTensor> layout;
    private readonly Tensor[] frozen = [];

    internal TrainableWeights(
        DecoderConfig config,
        IEnumerable<NamedArray> weights,
        ScalarType computeType,
        Device device,
        Adapter? adapter = null
    )
    {
        Config = config;
        if (adapter is null)
        {
            (layout, Expected) = (FusedLayout.Of(config), WeightMap.Expected(config));
            Tensors = Trainable(weights);
            Compute = DecoderWeights.From(config, [.. Tensors.Select(tensor => tensor.Compute)]);
        }
        else
        {
            frozen = DecoderWeights.Store(config, weights, computeType, device);
            Base = DecoderWeights.From(config, frozen);
            Adapter = new AdapterTensors(config, adapter.Settings);
            (layout, Expected) = (Adapter.Layout, Adapter.Expected);
            Tensors = Trainable(adapter.Arrays);
            Compute = Adapter.On(Base, [.. Tensors.Select(tensor => tensor.Compute)]);
        }

        TrainableTensor[] Trainable(IEnumerable<NamedArray> arrays) =>
            [
                .. layout.Zip(
                    DecoderWeights.Store(layout, arrays, ScalarType.Float32, device),
                    (fused, master) => new TrainableTensor(fused, master, computeType)
                ),
            ];
    }

    internal DecoderConfig Config { get; }

    /// <summary>The parameters that are trained and their shapes, in the order of files.</summary>
    internal IReadOnlyList<(string Name, long[] Shape)> Expected { get; }

    /// <summary>The weights under the adapter; null where all are trained.</summary>
    internal DecoderWeights? Base { get; }

    /// <summary>Where the adapter's tensors belong; null where all weights are trained.</summary>
    internal AdapterTensors? Adapter { get; }

    /// <summary>In the order of their layout.</summary>
    internal IReadOnlyList<TrainableTensor> Tensors { get; }

    /// <summary>What the forward reads.</summary>
    internal DecoderWeights Compute { get; }

    /// <summary>
    /// The tensor whose gradient the head's is part of: the head, or the embedding where they are tied; null where neither is trained.
    /// </summary>
    internal TrainableTensor? Head =>
        Base is not null ? null
        : Config.TieWordEmbeddings ? Tensors[0]
        : Tensors[^1];

    /// <summary>
    /// Something of every stored tensor as fp32 arrays under the parameters' names, in the order of <see cref="Expected"/>.
    /// </summary>
    internal IReadOnlyList<NamedArray> Export(Func<TrainableTensor, Tensor> what) => Export([.. Tensors.Select(what)]);

    /// <summary>The same of tensors that lie as the stored ones do.</summary>
    internal IReadOnlyList<NamedArray> Export(IReadOnlyList<Tensor> tensors) => DecoderWeights.Export(layout, Expected, tensors);

    /// <summary>The weights under the adapter as fp32 arrays under their Hugging Face names.</summary>
    internal IReadOnlyList<NamedArray> ExportBase() => DecoderWeights.Export(Config, frozen);

    /// <summary>The <see cref="WeightsHash"/> of the masters, of which one parameter at a time is on the host.</summary>
    internal string Hash()
    {
        using var noGrad = no_grad();
        var stored = Tensors
            .SelectMany(tensor => tensor.Layout.Parts.Select(part => (Part: part, tensor.Master)))
            .ToDictionary(place => place.Part.Name);
        var hash = new WeightsHash();
        foreach (var (name, shape) in Expected)
        {
            using var scope = NewDisposeScope();
            var (part, master) = stored[name];
            hash.Add(HostArrays.Download(master.narrow(0, part.FirstRow, shape[0])));
        }

        return hash.ToString();
    }

    /// <summary>Inverse of <c>Export</c>: copies arrays into something of every stored tensor.</summary>
    /// <exception cref="ArgumentException">A name or shape is not that of the export, or one is missing.</exception>
    internal void Import(IReadOnlyList<NamedArray> arrays, Func<TrainableTensor, Tensor> where)
    {
        var byName = arrays.ToDictionary(array => array.Name);
        if (byName.Count != Tensors.Sum(tensor => tensor.Layout.Parts.Count))
        {
            throw new ArgumentException(
                $"{byName.Count} arrays were given for {Tensors.Sum(tensor => tensor.Layout.Parts.Count)} parameters.",
                nameof(arrays)
            );
        }

        using var noGrad = no_grad();
        foreach (var stored in Tensors)
        {
            foreach (var part in stored.Layout.Parts)
            {
                using var scope = NewDisposeScope();
                if (byName.GetValueOrDefault(part.Name) is not { } array || !array.Shape.SequenceEqual(part.Shape))
                {
                    throw new ArgumentException($"The parameter '{part.Name}' is missing or has another shape.", nameof(arrays));
                }

                where(stored).narrow(0, part.FirstRow, part.Shape[0]).copy_(tensor(array.Values, array.Shape, ScalarType.Float32, CPU));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in Tensors)
        {
            tensor.Dispose();
        }

        foreach (var tensor in frozen)
        {
            tensor.Dispose();
        }
    }
}
