using Cppo.Model.Engine;
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>
/// AdamW (Loshchilov and Hutter) on the fp32 masters: w -= lr * wd * w, then w -= lr * m / (1 - beta1^n) / (sqrt(v / (1 - beta2^n)) +
/// epsilon) with m and v the running means of g and g^2 and n the number of steps.
/// </summary>
internal sealed class TorchAdamW(TrainableWeights weights) : IDisposable
{
    private readonly Dictionary<TrainableTensor, Tensor> means = ZerosLike(weights);
    private readonly Dictionary<TrainableTensor, Tensor> squares = ZerosLike(weights);

    /// <summary>n, the steps taken so far.</summary>
    internal long NumSteps { get; private set; }

    /// <summary>m.</summary>
    internal Tensor Mean(TrainableTensor tensor) => means[tensor];

    /// <summary>v.</summary>
    internal Tensor Square(TrainableTensor tensor) => squares[tensor];

    /// <summary>Takes a step from the accumulated gradients and drops them.</summary>
    internal void Step(AdamWStep step)
    {
        var settings = step.Settings;
        using var noGrad = no_grad();
        NumSteps++;
        double meanCorrection = 1 - Math.Pow(settings.Beta1, NumSteps),
            squareCorrection = 1 - Math.Pow(settings.Beta2, NumSteps);
        foreach (var tensor in weights.Tensors)
        {
            using var scope = NewDisposeScope();
            var (gradient, mean, square) = (tensor.GradientOrZeros(), means[tensor], squares[tensor]);
            if (step.GradientScale != 1)
            {
                gradient.Scale(step.GradientScale);
            }

            tensor.Master.Scale(1 - (step.LearningRate * settings.WeightDecay));
            mean.Scale(settings.Beta1).Increase(gradient, 1 - settings.Beta1);
            square.Scale(settings.Beta2).IncreaseByProduct(gradient, gradient, 1 - settings.Beta2);
            var denominator = square.sqrt().Divide(Math.Sqrt(squareCorrection)).Increase(settings.Epsilon);
            tensor.Master.IncreaseByQuotient(mean, denominator, -step.LearningRate / meanCorrection);
            tensor.DropGradient();
            tensor.Refresh();
        }
    }

    /// <summary>Puts back what a file held: moments copied in beforehand, and the number of steps.</summary>
    internal void Resume(long numSteps) => NumSteps = numSteps;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var moment in means.Values.Concat(squares.Values))
        {
            moment.Dispose();
        }
    }

    private static Dictionary<TrainableTensor, Tensor> ZerosLike(TrainableWeights weights) =>
        weights.Tensors.ToDictionary(
            tensor => tensor,
            tensor => zeros(tensor.Layout.Shape, ScalarType.Float32, tensor.Master.device).DetachFromDisposeScope()
        );
}
