using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cppo.Model.Managed.Kernels;

/// <summary>Arithmetic on rows of floats. Sums run in an order that depends on the row's length alone.</summary>
internal static unsafe class VectorMath
{
    // Below this e^x is no normal number and is taken as 0; above the other one it would overflow.
    private const float SmallestExponent = -87.33654f;
    private const float LargestExponent = 88.3762f;

    private const float RoundingOffset = 12582912f;

    /// <summary>
    /// e^x within 2 ulp: x = n ln 2 + r with |r| at most ln 2 / 2, e^r by a polynomial of degree 6 (minimax coefficients of Cephes). NaN
    /// stays NaN; e^x is 0 where it is no normal number, or a little later.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector<float> Exp(Vector<float> x)
    {
        if (!Avx512F.VL.IsSupported || Vector<float>.Count != Vector256<float>.Count)
        {
            return ExpByBits(x);
        }

        // Rounding and multiplication by 2^n are one instruction each; the latter takes care of the largest and smallest numbers.
        var clamped = Vector.MaxNative(new Vector<float>(1.3f * SmallestExponent), x);
        var n = Avx512F.VL.RoundScale((clamped * 1.44269504f).AsVector256(), 0).AsVector();
        return Avx512F.VL.Scale(ExpOfRemainder(clamped, n).AsVector256(), n.AsVector256()).AsVector();
    }

    /// <summary><see cref="Exp"/> on any machine: 2^n by the exponent's bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector<float> ExpByBits(Vector<float> x)
    {
        var clamped = Vector.MaxNative(new Vector<float>(SmallestExponent), Vector.MinNative(new Vector<float>(LargestExponent), x));

        // Adding 1.5 * 2^23 rounds to a whole number n and leaves it in the lowest bits, from where it is added to the exponent of e^r.
        var rounded = Vector.MultiplyAddEstimate(clamped, new Vector<float>(1.44269504f), new Vector<float>(RoundingOffset));
        var scaled =
            Vector.AsVectorInt32(ExpOfRemainder(clamped, rounded - new Vector<float>(RoundingOffset)))
            + Vector.ShiftLeft(Vector.AsVectorInt32(rounded), 23);
        return Vector.ConditionalSelect(
            Vector.LessThan(x, new Vector<float>(SmallestExponent)),
            Vector<float>.Zero,
            Vector.AsVectorSingle(scaled)
        );
    }

    /// <summary>e^(x - n ln 2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> ExpOfRemainder(Vector<float> x, Vector<float> n)
    {
        var r = Vector.MultiplyAddEstimate(n, new Vector<float>(-0.693359375f), x);
        r = Vector.MultiplyAddEstimate(n, new Vector<float>(2.12194440e-4f), r);
        var p = new Vector<float>(1.9875691500e-4f);
        p = Vector.MultiplyAddEstimate(p, r, new Vector<float>(1.3981999507e-3f));
        p = Vector.MultiplyAddEstimate(p, r, new Vector<float>(8.3334519073e-3f));
        p = Vector.MultiplyAddEstimate(p, r, new Vector<float>(4.1665795894e-2f));
        p = Vector.MultiplyAddEstimate(p, r, new Vector<float>(1.6666665459e-1f));
        p = Vector.MultiplyAddEstimate(p, r, new Vector<float>(5.0000001201e-1f));
        return Vector.MultiplyAddEstimate(p, r * r, r + Vector<float>.One);
    }

    /// <summary>Sum of x[i].</summary>
    internal static float Sum(float* x, int length)
    {
        var sum = Vector<float>.Zero;
        int i = 0;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            sum += Vector.Load(x + i);
        }

        float total = Vector.Sum(sum);
        for (; i < length; i++)
        {
            total += x[i];
        }

        return total;
    }

    /// <summary>Sum of x[i] y[i].</summary>
    internal static float Dot(float* x, float* y, int length)
    {
        Vector<float> even = default,
            odd = default;
        int i = 0;
        for (; i <= length - (2 * Vector<float>.Count); i += 2 * Vector<float>.Count)
        {
            even = Vector.MultiplyAddEstimate(Vector.Load(x + i), Vector.Load(y + i), even);
            odd = Vector.MultiplyAddEstimate(Vector.Load(x + i + Vector<float>.Count), Vector.Load(y + i + Vector<float>.Count), odd);
        }

        float total = Vector.Sum(even + odd);
        for (; i < length; i++)
        {
            total += x[i] * y[i];
        }

        return total;
    }

    /// <summary>The largest x[i]; length at least 1.</summary>
    internal static float Max(float* x, int length)
    {
        if (length < Vector<float>.Count)
        {
            return LargestOf(x, 1, length, x[0]);
        }

        int i = Vector<float>.Count;
        var max = Vector.Load(x);
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            max = Vector.MaxNative(Vector.Load(x + i), max);
        }

        return LargestOf(x, i, length, Largest(max));
    }

    private static float LargestOf(float* x, int first, int end, float largest)
    {
        for (int i = first; i < end; i++)
        {
            largest = float.MaxNative(largest, x[i]);
        }

        return largest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Largest(Vector<float> x)
    {
        if (Vector<float>.Count != Vector256<float>.Count)
        {
            float* lanes = stackalloc float[Vector<float>.Count];
            x.Store(lanes);
            return LargestOf(lanes, 1, Vector<float>.Count, lanes[0]);
        }

        var halves = Vector128.MaxNative(x.AsVector256().GetLower(), x.AsVector256().GetUpper());
        halves = Vector128.MaxNative(halves, Vector128.Shuffle(halves, Vector128.Create(2, 3, 0, 1)));
        return float.MaxNative(halves[0], halves[1]);
    }

    /// <summary>y[i] = e^(scale x[i] + shift), and the sum of them. x and y may be the same.</summary>
    internal static float ExpSum(float* x, float* y, int length, float scale, float shift)
    {
        Vector<float> factor = new(scale),
            offset = new(shift),
            sum = default;
        int i = 0;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var e = Exp(Vector.MultiplyAddEstimate(Vector.Load(x + i), factor, offset));
            e.Store(y + i);
            sum += e;
        }

        float total = Vector.Sum(sum);
        for (; i < length; i++)
        {
            y[i] = Exp(new Vector<float>((x[i] * scale) + shift))[0];
            total += y[i];
        }

        return total;
    }

    /// <summary>Sum of e^(scale x[i] + shift), as <see cref="ExpSum"/> sums it.</summary>
    internal static float SumOfExp(float* x, int length, float scale, float shift)
    {
        Vector<float> factor = new(scale),
            offset = new(shift),
            sum = default;
        int i = 0;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            sum += Exp(Vector.MultiplyAddEstimate(Vector.Load(x + i), factor, offset));
        }

        float total = Vector.Sum(sum);
        for (; i < length; i++)
        {
            total += Exp(new Vector<float>((x[i] * scale) + shift))[0];
        }

        return total;
    }

    /// <summary>x[i] = e^(scale x[i] + shift) factor.</summary>
    internal static void ScaledExp(float* x, int length, float scale, float shift, float factor)
    {
        int i = 0;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (Exp(Vector.MultiplyAddEstimate(Vector.Load(x + i), new Vector<float>(scale), new Vector<float>(shift))) * factor).Store(x + i);
        }

        for (; i < length; i++)
        {
            x[i] = Exp(new Vector<float>((x[i] * scale) + shift))[0] * factor;
        }
    }

    /// <summary>x[i] *= factor.</summary>
    internal static void Scale(float* x, int length, float factor)
    {
        int i = 0;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (Vector.Load(x + i) * factor).Store(x + i);
        }

        for (; i < length; i++)
        {
            x[i] *= factor;
        }
    }

    /// <summary>y[i] += x[i].</summary>
    internal static void Add(float* x, float* y, nint length)
    {
        nint i = 0;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (Vector.Load(y + i) + Vector.Load(x + i)).Store(y + i);
        }

        for (; i < length; i++)
        {
            y[i] += x[i];
        }
    }

    /// <summary>y[i] = x[i].</summary>
    internal static void Copy(float* x, float* y, nint length)
    {
        nint i = 0;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Load(x + i).Store(y + i);
        }

        for (; i < length; i++)
        {
            y[i] = x[i];
        }
    }

    /// <summary>Sum of x[i]^2 in double precision.</summary>
    internal static double SumOfSquares(float* x, int length)
    {
        Vector<double> low = default,
            high = default;
        int i = 0;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(Vector.Load(x + i), out var left, out var right);
            low += left * left;
            high += right * right;
        }

        double total = Vector.Sum(low + high);
        for (; i < length; i++)
        {
            total += (double)x[i] * x[i];
        }

        return total;
    }
}
