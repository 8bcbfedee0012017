using Cppo.Model.Weights;

namespace Cppo.Model.Managed;

/// <summary>What is trained as a hash and as files: all weights, or an adapter.</summary>
internal sealed partial class ManagedEngine
{
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

        HfModelDirectory.WriteWeights(directory, weights.Streams(), WeightType.F32);
    }

    /// <inheritdoc/>
    public void SaveOptimizer(string path)
    {
        if (adapter is not null)
        {
            adapter.SaveOptimizer(path);
            return;
        }

        trained.Value.Optimizer.Save(path);
    }

    /// <inheritdoc/>
    public void LoadOptimizer(string path)
    {
        if (adapter is not null)
        {
            adapter.LoadOptimizer(path);
            return;
        }

        trained.Value.Optimizer.Load(path);
    }
}
