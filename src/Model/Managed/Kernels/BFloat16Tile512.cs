using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cppo.Model.Managed.Kernels;

/// <summary>Tiles of 8 x 32 and 4 x 32 whose right factor is a panel in bf16, expanded on the way.</summary>
internal static unsafe class BFloat16Tile512
{
    /// <summary>
    /// Up to 8 rows; their sums go on from <paramref name="carry"/>, rows of 32, where it is not null. Writes the panel in fp32,
    /// a row of it <paramref name="expandedRow"/> floats behind the other: 0 where nobody reads it.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Run(
        int rows,
        float* a,
        nint aRow,
        byte* b,
        nint bRow,
        nint k,
        float* expanded,
        nint expandedRow,
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
        nint step = ahead.Step;
        for (nint at = 0; at < k; at++, b += bRow, next += step, expanded += expandedRow)
        {
            Sse.Prefetch1(next);
            var words = Vector512.Load((uint*)b);
            var b0 = Vector512.ShiftLeft(words, 16).AsSingle();
            var b1 = (words & Vector512.Create(0xFFFF0000u)).AsSingle();
            b0.Store(expanded);
            b1.Store(expanded + 16);
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

    /// <summary>Up to 4 rows.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void RunFew(int rows, float* a, nint aRow, byte* b, nint bRow, nint k, float* start, nint startRow, float* c, nint cRow)
    {
        int last = rows - 1;
        float* a0 = a;
        float* a1 = a + (Math.Min(1, last) * aRow);
        float* a2 = a + (Math.Min(2, last) * aRow);
        float* a3 = a + (Math.Min(3, last) * aRow);
        Vector512<float> c00 = default,
            c01 = default,
            c10 = default,
            c11 = default,
            c20 = default,
            c21 = default,
            c30 = default,
            c31 = default;
        for (nint at = 0; at < k; at++, b += bRow)
        {
            var words = Vector512.Load((uint*)b);
            var b0 = Vector512.ShiftLeft(words, 16).AsSingle();
            var b1 = (words & Vector512.Create(0xFFFF0000u)).AsSingle();
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
        }

        GemmTile512.Store(c00, c01, 0, last, start, startRow, c, cRow);
        GemmTile512.Store(c10, c11, 1, last, start, startRow, c, cRow);
        GemmTile512.Store(c20, c21, 2, last, start, startRow, c, cRow);
        GemmTile512.Store(c30, c31, 3, last, start, startRow, c, cRow);
    }
}
