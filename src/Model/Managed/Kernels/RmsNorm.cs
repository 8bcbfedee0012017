// Letters: D width of a row.
using System.Numerics;

namespace Cppo.Model.Managed.Kernels;

/// <summary>y = x w / sqrt(mean x^2 + epsilon), row by row.</summary>
internal static unsafe class RmsNorm
{
    /// <summary>One row of width D; returns 1 / sqrt(mean x^2 + epsilon).</summary>
    internal static float Forward(float* x, float* weight, float* y, int width, double epsilon)
    {
        float inverse = (float)(1 / Math.Sqrt((VectorMath.Dot(x, x, width) / width) + epsilon));
        Apply(x, weight, y, width, inverse);
        return inverse;
    }

    /// <summary>y again, from the saved inverse.</summary>
    internal static void Apply(float* x, float* weight, float* y, int width, float inverse)
    {
        int i = 0;
        for (; i <= width - Vector<float>.Count; i += Vector<float>.Count)
        {
            (Vector.Load(x + i) * inverse * Vector.Load(weight + i)).Store(y + i);
        }

        for (; i < width; i++)
        {
            y[i] = x[i] * inverse * weight[i];
        }
    }

    /// <summary>
    /// From the gradient by y: dx = residual + inverse w dy - x inverse^3 / D sum(w dy x), where the residual is what reaches x past the
    /// norm, and dw += dy x inverse. <paramref name="dx"/> may be the residual itself.
    /// </summary>
    internal static void Backward(float* x, float* weight, float* dy, float inverse, float* residual, float* dx, float* dw, int width)
    {
        var sum = Vector<float>.Zero;
        int i = 0;
        for (; i <= width - Vector<float>.Count; i += Vector<float>.Count)
        {
            var byX = Vector.Load(dy + i) * Vector.Load(x + i);
            Vector.MultiplyAddEstimate(byX, new Vector<float>(inverse), Vector.Load(dw + i)).Store(dw + i);
            sum = Vector.MultiplyAddEstimate(byX, Vector.Load(weight + i), sum);
        }

        float total = Vector.Sum(sum);
        for (; i < width; i++)
        {
            float byX = dy[i] * x[i];
            dw[i] += byX * inverse;
            total += byX * weight[i];
        }

        float back = -total * inverse * inverse * inverse / width;
        for (i = 0; i <= width - Vector<float>.Count; i += Vector<float>.Count)
        {
            var ahead = Vector.MultiplyAddEstimate(Vector.Load(dy + i) * inverse, Vector.Load(weight + i), Vector.Load(residual + i));
            Vector.MultiplyAddEstimate(Vector.Load(x + i), new Vector<float>(back), ahead).Store(dx + i);
        }

        for (; i < width; i++)
        {
            dx[i] = residual[i] + (dy[i] * inverse * weight[i]) + (x[i] * back);
        }
    }
}
