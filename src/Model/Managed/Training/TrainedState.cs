using Cppo.Model.Engine;
using Cppo.Model.Managed.Parameters;

namespace Cppo.Model.Managed.Training;

/// <summary>What only a policy has all of whose weights are trained.</summary>
internal sealed class TrainedState(ModelShape shape, ParameterLayout layout, WeightPrecision moments) : IDisposable
{
    internal ParameterArray GradientArray { get; } = new(layout);

    internal ManagedAdamW Optimizer { get; } = new(shape.Config, layout, moments);

    /// <summary>The gradients as the model's tensors.</summary>
    internal ForwardWeights Gradients => new(shape, GradientArray);

    /// <inheritdoc/>
    public void Dispose()
    {
        GradientArray.Dispose();
        Optimizer.Dispose();
    }
}
