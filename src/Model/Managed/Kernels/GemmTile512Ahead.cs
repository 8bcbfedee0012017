using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cppo.Model.Managed.Kernels;

/// <summary>
/// The 8 x 32 tile that asks for the next panel's lines on its way, so that memory is read while the tiles of this one compute.
/// </summary>
internal static unsafe partial class GemmTile512
{
    /// <summary>
    /// A whole panel's tiles, one below the other, while the panel at <paramref name="next"/> comes into the second-level cache: each tile
    /// fetches the part of it that is as large as its part of the work.
    /// </summary>
    internal static void PanelAhead(
        int m,
        float* a,
        nint aRow,
        float* b,
        nint k,
        float* start,
        nint startRow,
        float* c,
        nint cRow,
        float* next
    )
    {
        nint startStep = start == null ? 0 : Rows * startRow,
            fetchStep = Math.Max(1, Columns * sizeof(float) * Rows / m);
        byte* ahead = (byte*)next;
        for (; m > FewRows; m -= Rows, a += Rows * aRow, start += startStep, c += Rows * cRow, ahead += k * fetchStep)
        {
            RunAhead(Math.Min(Rows, m), a, aRow, b, k, start, startRow, c, cRow, ahead, fetchStep);
        }

        if (m > 0)
        {
            Panel(m, a, aRow, 1, b, Columns, k, start, startRow, c, cRow);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunAhead(
        int rows,
        float* a,
        nint aRow,
        float* b,
        nint k,
        float* start,
        nint startRow,
        float* c,
        nint cRow,
        byte* ahead,
        nint step
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
        float* end = b + (k * Columns);
        for (nint at = 0; b < end; b += Columns, at++, ahead += step)
        {
            Sse.Prefetch1(ahead);
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

        Store(c00, c01, 0, last, start, startRow, c, cRow);
        Store(c10, c11, 1, last, start, startRow, c, cRow);
        Store(c20, c21, 2, last, start, startRow, c, cRow);
        Store(c30, c31, 3, last, start, startRow, c, cRow);
        Store(c40, c41, 4, last, start, startRow, c, cRow);
        Store(c50, c51, 5, last, start, startRow, c, cRow);
        Store(c60, c61, 6, last, start, startRow, c, cRow);
        Store(c70, c71, 7, last, start, startRow, c, cRow);
    }
}
