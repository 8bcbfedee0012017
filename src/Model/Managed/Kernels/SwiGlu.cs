// Letters: F width of the inner layer. A row of gate and up is [2F]: F gates, then F ups.
using System.Numerics;

namespace Cppo.Model.Managed.Kernels;

/// <summary>y = gate * sigmoid(gate) * up, row by row.</summary>
internal static unsafe class SwiGlu
{
    /// <summary>One row [2F] to [F].</summary>
    internal static void Forward(float* gateUp, float* y, int width)
    {
        float* up = gateUp + width;
        int i = 0;
        for (; i <= width - Vector<float>.Count; i += Vector<float>.Count)
        {
            var g = Vector.Load(gateUp + i);
            (g * Vector.Load(up + i) / (Vector<float>.One + VectorMath.Exp(-g))).Store(y + i);
        }

        for (; i < width; i++)
        {
            y[i] = gateUp[i] * up[i] / (1 + VectorMath.Exp(new Vector<float>(-gateUp[i]))[0]);
        }
    }

    /// <summary>
    /// From the gradient by y [F] to that by gate and up [2F]; writes y again, too, for which it may be given the gradient's place.
    /// </summary>
    internal static void Backward(float* gateUp, float* dy, float* dGateUp, float* y, int width)
    {
        int i = 0;
        for (; i <= width - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> g = Vector.Load(gateUp + i),
                u = Vector.Load(gateUp + width + i),
                d = Vector.Load(dy + i);
            var sigmoid = Vector<float>.One / (Vector<float>.One + VectorMath.Exp(-g));
            var silu = g * sigmoid;
            (silu * u).Store(y + i);
            (d * silu).Store(dGateUp + width + i);
            (d * u * Vector.MultiplyAddEstimate(silu, Vector<float>.One - sigmoid, sigmoid)).Store(dGateUp + i);
        }

        for (; i < width; i++)
        {
            float d = dy[i],
                g = gateUp[i],
                u = gateUp[width + i],
                sigmoid = 1 / (1 + VectorMath.Exp(new Vector<float>(-g))[0]),
                silu = g * sigmoid;
            y[i] = silu * u;
            dGateUp[width + i] = d * silu;
            dGateUp[i] = d * u * ((silu * (1 - sigmoid)) + sigmoid);
        }
    }
}
