using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cppo.Model.Managed.Kernels.Precision;

/// <summary>
/// Loops that do nothing but one kind of arithmetic on registers, or nothing but reading: what no product can exceed. Each runs some rounds
/// and returns operations (a multiplication and an addition are two) or bytes; <c>memory</c> has 256 bytes to read and to write.
/// </summary>
internal static unsafe class ArithmeticLoops
{
    private const int Chains = 12;

    /// <summary>fp32 multiply-adds with a level's vectors.</summary>
    internal static double MultiplyAdds(SimdLevel level, long rounds, byte* memory) =>
        level switch
        {
            SimdLevel.Avx512 => MultiplyAdds512(rounds, (float*)memory),
            SimdLevel.Avx2 => MultiplyAdds256(rounds, (float*)memory),
            _ => MultiplyAddsPortable(rounds, (float*)memory),
        };

    /// <summary>Pairs of 16-bit products with 256-bit vectors (vpmaddwd and an addition).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static double PairProducts(long rounds, byte* memory)
    {
        var (a, b) = (Vector256.Load((short*)memory), Vector256.Load((short*)memory + 16));
        var (x, y, z) = (Vector256.Load((short*)memory + 32), Vector256.Load((short*)memory + 48), Vector256.Load((short*)memory + 64));
        var step = Vector256<short>.One;
        Vector256<int> c0 = default,
            c1 = default,
            c2 = default,
            d0 = default,
            d1 = default,
            d2 = default;
        for (long i = 0; i < rounds; i++)
        {
            // Other numbers each time, so that no product can be used twice.
            a += step;
            b += step;
            c0 += Avx2.MultiplyAddAdjacent(a, x);
            c1 += Avx2.MultiplyAddAdjacent(a, y);
            c2 += Avx2.MultiplyAddAdjacent(a, z);
            d0 += Avx2.MultiplyAddAdjacent(b, x);
            d1 += Avx2.MultiplyAddAdjacent(b, y);
            d2 += Avx2.MultiplyAddAdjacent(b, z);
        }

        (c0 + c1 + c2 + d0 + d1 + d2).Store((int*)memory);
        return 2.0 * 16 * 6 * rounds;
    }

    /// <summary>Quadruples of 8-bit products with 256-bit vectors (vpdpbusd).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static double QuadProducts(long rounds, byte* memory)
    {
        var (a, b) = (Vector256.Load(memory), Vector256.Load((sbyte*)memory + 32));
        Vector256<int> c0 = default,
            c1 = default,
            c2 = default,
            c3 = default,
            c4 = default,
            c5 = default;
        var (d0, d1, d2, d3, d4, d5) = (c0, c1, c2, c3, c4, c5);
        for (long i = 0; i < rounds; i++)
        {
            c0 = AvxVnni.MultiplyWideningAndAdd(c0, a, b);
            c1 = AvxVnni.MultiplyWideningAndAdd(c1, a, b);
            c2 = AvxVnni.MultiplyWideningAndAdd(c2, a, b);
            c3 = AvxVnni.MultiplyWideningAndAdd(c3, a, b);
            c4 = AvxVnni.MultiplyWideningAndAdd(c4, a, b);
            c5 = AvxVnni.MultiplyWideningAndAdd(c5, a, b);
            d0 = AvxVnni.MultiplyWideningAndAdd(d0, a, b);
            d1 = AvxVnni.MultiplyWideningAndAdd(d1, a, b);
            d2 = AvxVnni.MultiplyWideningAndAdd(d2, a, b);
            d3 = AvxVnni.MultiplyWideningAndAdd(d3, a, b);
            d4 = AvxVnni.MultiplyWideningAndAdd(d4, a, b);
            d5 = AvxVnni.MultiplyWideningAndAdd(d5, a, b);
        }

        (c0 + c1 + c2 + c3 + c4 + c5 + d0 + d1 + d2 + d3 + d4 + d5).Store((int*)memory);
        return 2.0 * 32 * Chains * rounds;
    }

    /// <summary>Reads consecutive memory, a multiple of 512 bytes; <paramref name="sink"/> has 64 bytes to write.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static double Read(byte* from, nint bytes, byte* sink)
    {
        Vector512<long> a = default,
            b = default,
            c = default,
            d = default;
        for (byte* end = from + bytes; from < end; from += 512)
        {
            a += Vector512.Load((long*)from);
            b += Vector512.Load((long*)from + 8);
            c += Vector512.Load((long*)from + 16);
            d += Vector512.Load((long*)from + 24);
            a += Vector512.Load((long*)from + 32);
            b += Vector512.Load((long*)from + 40);
            c += Vector512.Load((long*)from + 48);
            d += Vector512.Load((long*)from + 56);
        }

        (a + b + c + d).Store((long*)sink);
        return bytes;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double MultiplyAdds512(long rounds, float* memory)
    {
        var (a, b) = (Vector512.Load(memory), Vector512.Load(memory + 16));
        Vector512<float> c0 = default,
            c1 = default,
            c2 = default,
            c3 = default,
            c4 = default,
            c5 = default;
        var (d0, d1, d2, d3, d4, d5) = (c0, c1, c2, c3, c4, c5);
        for (long i = 0; i < rounds; i++)
        {
            c0 = Avx512F.FusedMultiplyAdd(a, b, c0);
            c1 = Avx512F.FusedMultiplyAdd(a, b, c1);
            c2 = Avx512F.FusedMultiplyAdd(a, b, c2);
            c3 = Avx512F.FusedMultiplyAdd(a, b, c3);
            c4 = Avx512F.FusedMultiplyAdd(a, b, c4);
            c5 = Avx512F.FusedMultiplyAdd(a, b, c5);
            d0 = Avx512F.FusedMultiplyAdd(a, b, d0);
            d1 = Avx512F.FusedMultiplyAdd(a, b, d1);
            d2 = Avx512F.FusedMultiplyAdd(a, b, d2);
            d3 = Avx512F.FusedMultiplyAdd(a, b, d3);
            d4 = Avx512F.FusedMultiplyAdd(a, b, d4);
            d5 = Avx512F.FusedMultiplyAdd(a, b, d5);
        }

        (c0 + c1 + c2 + c3 + c4 + c5 + d0 + d1 + d2 + d3 + d4 + d5).Store(memory);
        return 2.0 * 16 * Chains * rounds;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double MultiplyAdds256(long rounds, float* memory)
    {
        var (a, b) = (Vector256.Load(memory), Vector256.Load(memory + 8));
        Vector256<float> c0 = default,
            c1 = default,
            c2 = default,
            c3 = default,
            c4 = default,
            c5 = default;
        var (d0, d1, d2, d3, d4, d5) = (c0, c1, c2, c3, c4, c5);
        for (long i = 0; i < rounds; i++)
        {
            c0 = Fma.MultiplyAdd(a, b, c0);
            c1 = Fma.MultiplyAdd(a, b, c1);
            c2 = Fma.MultiplyAdd(a, b, c2);
            c3 = Fma.MultiplyAdd(a, b, c3);
            c4 = Fma.MultiplyAdd(a, b, c4);
            c5 = Fma.MultiplyAdd(a, b, c5);
            d0 = Fma.MultiplyAdd(a, b, d0);
            d1 = Fma.MultiplyAdd(a, b, d1);
            d2 = Fma.MultiplyAdd(a, b, d2);
            d3 = Fma.MultiplyAdd(a, b, d3);
            d4 = Fma.MultiplyAdd(a, b, d4);
            d5 = Fma.MultiplyAdd(a, b, d5);
        }

        (c0 + c1 + c2 + c3 + c4 + c5 + d0 + d1 + d2 + d3 + d4 + d5).Store(memory);
        return 2.0 * 8 * Chains * rounds;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double MultiplyAddsPortable(long rounds, float* memory)
    {
        var (a, b) = (Vector.Load(memory), Vector.Load(memory + 16));
        Vector<float> c0 = default,
            c1 = default,
            c2 = default,
            c3 = default,
            c4 = default,
            c5 = default;
        var (d0, d1, d2, d3, d4, d5) = (c0, c1, c2, c3, c4, c5);
        for (long i = 0; i < rounds; i++)
        {
            c0 = Vector.MultiplyAddEstimate(a, b, c0);
            c1 = Vector.MultiplyAddEstimate(a, b, c1);
            c2 = Vector.MultiplyAddEstimate(a, b, c2);
            c3 = Vector.MultiplyAddEstimate(a, b, c3);
            c4 = Vector.MultiplyAddEstimate(a, b, c4);
            c5 = Vector.MultiplyAddEstimate(a, b, c5);
            d0 = Vector.MultiplyAddEstimate(a, b, d0);
            d1 = Vector.MultiplyAddEstimate(a, b, d1);
            d2 = Vector.MultiplyAddEstimate(a, b, d2);
            d3 = Vector.MultiplyAddEstimate(a, b, d3);
            d4 = Vector.MultiplyAddEstimate(a, b, d4);
            d5 = Vector.MultiplyAddEstimate(a, b, d5);
        }

        (c0 + c1 + c2 + c3 + c4 + c5 + d0 + d1 + d2 + d3 + d4 + d5).Store(memory);
        return 2.0 * Vector<float>.Count * Chains * rounds;
    }
}
