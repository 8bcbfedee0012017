using Cppo.Model.Adapters;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Managed.Adapters;

/// <summary>An adapter that an engine trains: its values, gradients and optimizer, and its factors in panels.</summary>
internal sealed class ManagedAdapter : IDisposable
{
    private readonly Adapter start;
    private readonly AdapterArray values;
    private readonly AdapterArray gradients;
    private readonly AdapterAdamW optimizer;
    private bool packed;

    /// <exception cref="ModelFileException">Its arrays are not those of an adapter of this base.</exception>
    internal ManagedAdapter(DecoderConfig config, Adapter start, SimdLevel level)
    {
        this.start = start;
        var layout = new AdapterLayout(config, start.Settings);
        values = new AdapterArray(layout);
        values.Read(start.Arrays);
        gradients = new AdapterArray(layout);
        optimizer = new AdapterAdamW(layout);
        Weights = new AdapterWeights(layout, hasBack: true);
        Backward = new AdapterBackward(Weights, gradients, level);
    }

    /// <summary>What forward and backward read, after <see cref="Pack"/>.</summary>
    internal AdapterWeights Weights { get; }

    /// <summary>Adds to the gradients.</summary>
    internal AdapterBackward Backward { get; }

    /// <summary>Brings <see cref="Weights"/> up to date.</summary>
    internal void Pack(Team team)
    {
        if (!packed)
        {
            Weights.Pack(values, team);
            packed = true;
        }
    }

    /// <summary>A copy of the values as they are now.</summary>
    internal AdapterArray CopyValues() => values.Copy();

    /// <summary>Values that an engine with the same adapter exported.</summary>
    /// <exception cref="ModelFileException">They are of another adapter.</exception>
    internal AdapterArray ReadValues(IReadOnlyList<NamedArray> arrays)
    {
        var read = new AdapterArray(values.Layout);
        read.Read(arrays);
        return read;
    }

    /// <summary>The accumulated gradients.</summary>
    internal AdapterArray Gradients => gradients;

    internal IReadOnlyList<NamedArray> ExportGradients() => gradients.Export();

    internal void ImportGradients(IReadOnlyList<NamedArray> arrays) => gradients.Import(arrays);

    internal void ZeroGradients() => gradients.Clear();

    internal double GradientNorm(Team team) => AdapterAdamW.Norm(gradients, team);

    internal void Step(AdamWStep step, Team team)
    {
        packed = false;
        optimizer.Step(step, values, gradients, team);
    }

    internal string Hash() => values.Hash();

    internal void Save(string directory) => AdapterDirectory.Write(directory, start, values.Export());

    internal void SaveOptimizer(string path) => optimizer.Save(path);

    internal void LoadOptimizer(string path) => optimizer.Load(path);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var owned in new IDisposable[] { values, gradients, optimizer, Weights, Backward })
        {
            owned.Dispose();
        }
    }
}
