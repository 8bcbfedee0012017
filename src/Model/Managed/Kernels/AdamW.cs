using System.Numerics;
using Cppo.Model.Engine;

namespace Cppo.Model.Managed.Kernels;

/// <summary>
/// AdamW (Loshchilov and Hutter) on a stretch of parameters, in one pass: w -= lr * wd * w, then w -= lr * m / (1 - beta1^n) / (sqrt(v / (1
/// - beta2^n)) + epsilon)
/// with m and v the running means of g and g^2 and n the number of steps. The gradients are 0 afterwards.
/// </summary>
internal static unsafe class AdamW
{
    /// <summary>Step n of <paramref name="count"/> parameters.</summary>
    internal static void Step(AdamWStep step, long n, float* weight, float* gradient, float* mean, float* square, int count)
    {
        var settings = step.Settings;
        float scale = (float)step.GradientScale;
        float keep = (float)(1 - (step.LearningRate * settings.WeightDecay)),
            rate = (float)(step.LearningRate / (1 - Math.Pow(settings.Beta1, n)));
        float beta1 = (float)settings.Beta1,
            other1 = (float)(1 - settings.Beta1),
            beta2 = (float)settings.Beta2,
            other2 = (float)(1 - settings.Beta2);
        float correction = (float)Math.Sqrt(1 - Math.Pow(settings.Beta2, n)),
            epsilon = (float)settings.Epsilon;
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            var g = Vector.Load(gradient + i) * scale;
            var m = Vector.MultiplyAddEstimate(g, new Vector<float>(other1), Vector.Load(mean + i) * beta1);
            var v = Vector.MultiplyAddEstimate(g * other2, g, Vector.Load(square + i) * beta2);
            var denominator = (Vector.SquareRoot(v) / new Vector<float>(correction)) + new Vector<float>(epsilon);
            ((Vector.Load(weight + i) * keep) - (m * rate / denominator)).Store(weight + i);
            m.Store(mean + i);
            v.Store(square + i);
            Vector<float>.Zero.Store(gradient + i);
        }

        for (; i < count; i++)
        {
            float g = gradient[i] * scale;
            mean[i] = (g * other1) + (mean[i] * beta1);
            square[i] = (g * other2 * g) + (square[i] * beta2);
            weight[i] = (weight[i] * keep) - (mean[i] * rate / ((MathF.Sqrt(square[i]) / correction) + epsilon));
            gradient[i] = 0;
        }
    }
}
