using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Cppo.Model.Engine;

namespace Cppo.Model.Managed.Kernels.Precision;

/// <summary>Panels in fp32 to panels in a factor's precision; the same bits on every machine.</summary>
internal static unsafe class PanelPacking
{
    private const int Lanes = 8;

    /// <summary>Four bytes of <see cref="Int8.Offset"/>: weights of 0.</summary>
    private const int Offsets = unchecked((int)0x80808080);

    /// <summary>Fills a panel of the factor from the same panel in fp32, [K, 32].</summary>
    internal static void Pack(in RightFactor factor, int panel, float* source)
    {
        byte* to = factor.Panel(panel);
        switch (factor.Precision)
        {
            case WeightPrecision.Float32:
                if (to != source)
                {
                    Buffer.MemoryCopy(source, to, factor.PanelStride, factor.PanelStride);
                }

                break;
            case WeightPrecision.BFloat16:
                BFloat16Panel.Round(source, Gemm.PanelWidth, (ushort*)to, factor.Rows);
                break;
            default:
                PackInt8(source, factor.Rows, to, factor.PanelScales(panel));
                break;
        }
    }

    private static void PackInt8(float* source, int rows, byte* to, float* scales)
    {
        for (int k = 0; k < rows; k += Int8.Block, scales += Gemm.PanelWidth)
        {
            int length = Math.Min(Int8.Block, rows - k);
            for (int j = 0; j < Gemm.PanelWidth; j += Lanes)
            {
                PackBlock(source + (k * Gemm.PanelWidth) + j, length, (int*)(to + ((nint)k * Gemm.PanelWidth)) + j, scales + j);
            }
        }
    }

    /// <summary>8 columns of a block.</summary>
    private static void PackBlock(float* source, int rows, int* to, float* scales)
    {
        var largest = Vector256<int>.Zero;
        for (int k = 0; k < rows; k++)
        {
            largest = Vector256.Max(largest, Vector256.Load((int*)source + (k * Gemm.PanelWidth)) & Vector256.Create(int.MaxValue));
        }

        var (scale, inverse) = Scales(largest, Int8.Largest);
        scale.Store(scales);
        for (int k = 0; k < rows; k += Int8.Quad, to += Gemm.PanelWidth)
        {
            var word = Vector256.Create(Offsets);
            for (int i = 0; i < Int8.Quad && k + i < rows; i++)
            {
                var number = Whole(Vector256.Load(source + ((k + i) * Gemm.PanelWidth)), inverse) + Vector256.Create(Int8.Offset);
                word ^= Vector256.ShiftLeft(number ^ Vector256.Create(Int8.Offset), 8 * i);
            }

            word.Store(to);
        }
    }

    /// <summary>
    /// The scale of numbers whose largest magnitude has these bits, and what makes them whole: 0 and 0 where all are 0 or nearly so, NaN
    /// and 0 where one is not finite.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (Vector256<float> Scale, Vector256<float> Inverse) Scales(Vector256<int> largestBits, float units)
    {
        var largest = largestBits.AsSingle();
        var finite = Vector256.LessThan(largestBits, Vector256.Create(0x7F800000)).AsSingle();
        var usable = Vector256.GreaterThanOrEqual(largest, Vector256.Create(Int8.Smallest)) & finite;
        var scale = (largest / Vector256.Create(units)) & usable;
        var inverse = (Vector256.Create(units) / largest) & usable;
        return (Vector256.ConditionalSelect(finite, scale, Vector256.Create(float.NaN)), inverse);
    }

    /// <summary>round(x * inverse), ties to even; 0 where the inverse is 0, whatever x is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> Whole(Vector256<float> x, Vector256<float> inverse)
    {
        var bits = ((x * inverse) + Vector256.Create(Int8.RoundingOffset)).AsInt32() - Vector256.Create(Int8.RoundingBits);
        return bits & ~Vector256.Equals(inverse, Vector256<float>.Zero).AsInt32();
    }
}
