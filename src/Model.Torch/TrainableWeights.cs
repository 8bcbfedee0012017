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

/// <summary>All weights of the policy.</summary>
internal sealed class TrainableWeights : IDisposable
{
    internal TrainableWeights(DecoderConfig config, IEnumerable<NamedArray> weights, ScalarType computeType, Device device)
    {
        Tensors =
        [
            .. FusedLayout
                .Of(config)
                .Zip(
                    DecoderWeights.Store(config, weights, ScalarType.Float32, device),
                    (layout, master) => new TrainableTensor(layout, master, computeType)
                ),
        ];
        Compute = DecoderWeights.From(config, [.. Tensors.Select(tensor => tensor.Compute)]);
        Config = config;
    }

    internal DecoderConfig Config { get; }

    /// <summary>In the order of <see cref="FusedLayout.Of"/>.</summary>
    internal IReadOnlyList<TrainableTensor> Tensors { get; }

    /// <summary>What the forward reads.</summary>
    internal DecoderWeights Compute { get; }

    /// <summary>The tensor whose gradient the head's is part of: the head, or the embedding where they are tied.</summary>
    internal TrainableTensor Head => Config.TieWordEmbeddings ? Tensors[0] : Tensors[^1];

    /// <summary>
    /// Something of every stored tensor as fp32 arrays under the Hugging Face names, in the order of <see cref="WeightMap.Expected"/>.
    /// </summary>
    internal IReadOnlyList<NamedArray> Export(Func<TrainableTensor, Tensor> what) =>
        DecoderWeights.Export(Config, [.. Tensors.Select(what)]);

    /// <summary>The <see cref="WeightsHash"/> of the masters, of which one parameter at a time is on the host.</summary>
    internal string Hash()
    {
        using var noGrad = no_grad();
        var stored = Tensors
            .SelectMany(tensor => tensor.Layout.Parts.Select(part => (Part: part, tensor.Master)))
            .ToDictionary(place => place.Part.Name);
        var hash = new WeightsHash();
        foreach (var (name, shape) in WeightMap.Expected(Config))
        {
            using var scope = NewDisposeScope();
            var (part, master) = stored[name];
            hash.Add(HostArrays.Download(master.narrow(0, part.FirstRow, shape[0])));
        }

        return hash.ToString();
    }

    /// <summary>Inverse of <see cref="Export"/>: copies arrays into something of every stored tensor.</summary>
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
    }
}
