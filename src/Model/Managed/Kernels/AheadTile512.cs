using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cppo.Model.Managed.Kernels;

/// <summary>
/// The fp32 tile of 8 x 32, as <see cref="GemmTile512"/> has it, on a part of a panel that was expanded from bf16: sums go on from one part
/// to the next, and up to two lines a step of what is read next are asked for on the way.
/// </summary>
internal static unsafe class AheadTile512
{
    /// <summary>
    /// Up to 8 rows; their sums go on from <paramref name="carry"/>, rows of 32, where it is not null.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Run(
        int rows,
        float* a,
        nint aRow,
        float* b,
        nint k,
        FetchAhead ahead,
        float* carry,
        float* start,
        nint startRow,
        float* c,
        nint cRow
    )
    {
        int last = rows - 1;
        float* a0 = a;
        float* a1 = a + (Math.Min(1, last) * aRow);
        float* a2 = a + (Math.Min(2, last) * aRow);
        float* a3 = a + (Math.Min(3, last) * aRow);
        float* a4 = a + (Math.Min(4, last) * aRow);
        float* a5 = a + (Math.Min(5, last) * aRow);
        float* a6 = a + (Math.Min(6, last) * aRow);
        float* a7 = a + (Math.Min(7, last) * aRow);
        Vector512<float> c00 = default,
            c01 = default,
            c10 = default,
            c11 = default,
            c20 = default,
            c21 = default,
            c30 = default,
            c31 = default;
        Vector512<float> c40 = default,
            c41 = default,
            c50 = default,
            c51 = default,
            c60 = default,
            c61 = default,
            c70 = default,
            c71 = default;
        if (carry != null)
        {
            float* at = carry;
            c00 = Vector512.Load(at);
            c01 = Vector512.Load(at + 16);
            at += last > 0 ? Gemm.PanelWidth : 0;
            c10 = Vector512.Load(at);
            c11 = Vector512.Load(at + 16);
            at += last > 1 ? Gemm.PanelWidth : 0;
            c20 = Vector512.Load(at);
            c21 = Vector512.Load(at + 16);
            at += last > 2 ? Gemm.PanelWidth : 0;
            c30 = Vector512.Load(at);
            c31 = Vector512.Load(at + 16);
            at += last > 3 ? Gemm.PanelWidth : 0;
            c40 = Vector512.Load(at);
            c41 = Vector512.Load(at + 16);
            at += last > 4 ? Gemm.PanelWidth : 0;
            c50 = Vector512.Load(at);
            c51 = Vector512.Load(at + 16);
            at += last > 5 ? Gemm.PanelWidth : 0;
            c60 = Vector512.Load(at);
            c61 = Vector512.Load(at + 16);
            at += last > 6 ? Gemm.PanelWidth : 0;
            c70 = Vector512.Load(at);
            c71 = Vector512.Load(at + 16);
        }

        byte* next = ahead.From;
        nint step = ahead.Step,
            second = ahead.Second;
        for (nint at = 0; at < k; at++, b += Gemm.PanelWidth, next += step)
        {
            Sse.Prefetch1(next);
            Sse.Prefetch1(next + second);
            var b0 = Vector512.Load(b);
            var b1 = Vector512.Load(b + 16);
            var x = Vector512.Create(a0[at]);
            c00 = Avx512F.FusedMultiplyAdd(x, b0, c00);
            c01 = Avx512F.FusedMultiplyAdd(x, b1, c01);
            x = Vector512.Create(a1[at]);
            c10 = Avx512F.FusedMultiplyAdd(x, b0, c10);
            c11 = Avx512F.FusedMultiplyAdd(x, b1, c11);
            x = Vector512.Create(a2[at]);
            c20 = Avx512F.FusedMultiplyAdd(x, b0, c20);
            c21 = Avx512F.FusedMultiplyAdd(x, b1, c21);
            x = Vector512.Create(a3[at]);
            c30 = Avx512F.FusedMultiplyAdd(x, b0, c30);
            c31 = Avx512F.FusedMultiplyAdd(x, b1, c31);
            x = Vector512.Create(a4[at]);
            c40 = Avx512F.FusedMultiplyAdd(x, b0, c40);
            c41 = Avx512F.FusedMultiplyAdd(x, b1, c41);
            x = Vector512.Create(a5[at]);
            c50 = Avx512F.FusedMultiplyAdd(x, b0, c50);
            c51 = Avx512F.FusedMultiplyAdd(x, b1, c51);
            x = Vector512.Create(a6[at]);
            c60 = Avx512F.FusedMultiplyAdd(x, b0, c60);
            c61 = Avx512F.FusedMultiplyAdd(x, b1, c61);
            x = Vector512.Create(a7[at]);
            c70 = Avx512F.FusedMultiplyAdd(x, b0, c70);
            c71 = Avx512F.FusedMultiplyAdd(x, b1, c71);
        }

        GemmTile512.Store(c00, c01, 0, last, start, startRow, c, cRow);
        GemmTile512.Store(c10, c11, 1, last, start, startRow, c, cRow);
        GemmTile512.Store(c20, c21, 2, last, start, startRow, c, cRow);
        GemmTile512.Store(c30, c31, 3, last, start, startRow, c, cRow);
        GemmTile512.Store(c40, c41, 4, last, start, startRow, c, cRow);
        GemmTile512.Store(c50, c51, 5, last, start, startRow, c, cRow);
        GemmTile512.Store(c60, c61, 6, last, start, startRow, c, cRow);
        GemmTile512.Store(c70, c71, 7, last, start, startRow, c, cRow);
    }
}
