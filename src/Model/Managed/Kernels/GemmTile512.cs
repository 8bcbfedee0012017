using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cppo.Model.Managed.Kernels;

/// <summary>
/// 8 x 32 with 512-bit vectors: 16 accumulators, 2 registers of B, one broadcast of A. Few rows or half a panel have tiles of their own.
/// </summary>
internal static unsafe partial class GemmTile512
{
    internal const int Rows = 8;
    internal const int Columns = 32;

    /// <summary>Up to so many rows need half the work.</summary>
    internal const int FewRows = 4;

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Run(
        int rows,
        float* a,
        nint aRow,
        nint aColumn,
        float* b,
        nint bRow,
        nint k,
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
        float* end = b + (k * bRow);
        for (nint at = 0; b < end; b += bRow, at += aColumn)
        {
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

    /// <summary>A panel's tiles, one below the other.</summary>
    internal static void Panel(
        int m,
        float* a,
        nint aRow,
        nint aColumn,
        float* b,
        nint bRow,
        nint k,
        float* start,
        nint startRow,
        float* c,
        nint cRow
    )
    {
        nint step = start == null ? 0 : Rows * startRow;
        for (; m > FewRows; m -= Rows, a += Rows * aRow, start += step, c += Rows * cRow)
        {
            Run(Math.Min(Rows, m), a, aRow, aColumn, b, bRow, k, start, startRow, c, cRow);
        }

        if (m > 2)
        {
            RunFew(m, a, aRow, aColumn, b, bRow, k, start, startRow, c, cRow);
        }
        else if (m > 0)
        {
            RunTwo(m, a, aRow, aColumn, b, bRow, k, start, startRow, c, cRow);
        }
    }

    /// <summary>3 or 4 rows.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void RunFew(
        int rows,
        float* a,
        nint aRow,
        nint aColumn,
        float* b,
        nint bRow,
        nint k,
        float* start,
        nint startRow,
        float* c,
        nint cRow
    )
    {
        int last = rows - 1;
        float* a0 = a;
        float* a1 = a + aRow;
        float* a2 = a + (2 * aRow);
        float* a3 = a + (last * aRow);
        Vector512<float> c00 = default,
            c01 = default,
            c10 = default,
            c11 = default,
            c20 = default,
            c21 = default,
            c30 = default,
            c31 = default;
        float* end = b + (k * bRow);
        for (nint at = 0; b < end; b += bRow, at += aColumn)
        {
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
        }

        Store(c00, c01, 0, last, start, startRow, c, cRow);
        Store(c10, c11, 1, last, start, startRow, c, cRow);
        Store(c20, c21, 2, last, start, startRow, c, cRow);
        Store(c30, c31, 3, last, start, startRow, c, cRow);
    }

    /// <summary>Up to 2 rows, which wait for B's lines: fewer operations between them let the processor ask for more lines ahead.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void RunTwo(
        int rows,
        float* a,
        nint aRow,
        nint aColumn,
        float* b,
        nint bRow,
        nint k,
        float* start,
        nint startRow,
        float* c,
        nint cRow
    )
    {
        int last = rows - 1;
        float* a1 = a + (last * aRow);
        Vector512<float> c00 = default,
            c01 = default,
            c10 = default,
            c11 = default;
        float* end = b + (k * bRow);
        for (nint at = 0; b < end; b += bRow, at += aColumn)
        {
            var b0 = Vector512.Load(b);
            var b1 = Vector512.Load(b + 16);
            var x = Vector512.Create(a[at]);
            c00 = Avx512F.FusedMultiplyAdd(x, b0, c00);
            c01 = Avx512F.FusedMultiplyAdd(x, b1, c01);
            x = Vector512.Create(a1[at]);
            c10 = Avx512F.FusedMultiplyAdd(x, b0, c10);
            c11 = Avx512F.FusedMultiplyAdd(x, b1, c11);
        }

        Store(c00, c01, 0, last, start, startRow, c, cRow);
        Store(c10, c11, 1, last, start, startRow, c, cRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreHalf(Vector512<float> sum, int row, int last, float* start, nint startRow, float* c, nint cRow)
    {
        if (row > last)
        {
            return;
        }

        (start == null ? sum : sum + Vector512.Load(start + (row * startRow))).Store(c + (row * cRow));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store(
        Vector512<float> left,
        Vector512<float> right,
        int row,
        int last,
        float* start,
        nint startRow,
        float* c,
        nint cRow
    )
    {
        if (row > last)
        {
            return;
        }

        float* to = c + (row * cRow);
        if (start != null)
        {
            left += Vector512.Load(start + (row * startRow));
            right += Vector512.Load(start + (row * startRow) + 16);
        }

        left.Store(to);
        right.Store(to + 16);
    }
}
