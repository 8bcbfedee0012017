using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cppo.Model.Managed.Kernels;

/// <summary>
/// 6 x 16 with 256-bit vectors: 12 accumulators, 2 registers of B, one broadcast of A. Few rows have a tile of their own, 2 x 32.
/// </summary>
internal static unsafe class GemmTile256
{
    internal const int Rows = 6;
    internal const int Columns = 16;

    /// <summary>Up to so many rows need a third of the work.</summary>
    internal const int FewRows = 2;

    /// <summary>A panel's tiles: one below the other, so that 16 columns of B stay in the first-level cache, then the next 16.</summary>
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
        nint cRow,
        int columns
    )
    {
        if (m <= FewRows && columns == 2 * Columns)
        {
            RunFew(m, a, aRow, aColumn, b, bRow, k, start, startRow, c, cRow);
            return;
        }

        for (int j = 0; j < columns; j += Columns)
        {
            Run(m, a, aRow, aColumn, b + j, bRow, k, start == null ? null : start + j, startRow, c + j, cRow);
        }
    }

    /// <summary>16 columns of a panel, tile below tile: a product of few k spends more on calls than on what is around its loop.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Run(
        int m,
        float* a,
        nint aRow,
        nint aColumn,
        float* panel,
        nint bRow,
        nint k,
        float* start,
        nint startRow,
        float* c,
        nint cRow
    )
    {
        for (; m > 0; m -= Rows, a += Rows * aRow, c += Rows * cRow)
        {
            float* b = panel;
            int rows = Math.Min(Rows, m);
            float* a0 = a;
            float* a1 = rows > 1 ? a0 + aRow : a0;
            float* a2 = rows > 2 ? a1 + aRow : a1;
            float* a3 = rows > 3 ? a2 + aRow : a2;
            float* a4 = rows > 4 ? a3 + aRow : a3;
            float* a5 = rows > 5 ? a4 + aRow : a4;
            Touch(rows, c, cRow);
            Vector256<float> c00 = default,
                c01 = default,
                c10 = default,
                c11 = default,
                c20 = default,
                c21 = default;
            Vector256<float> c30 = default,
                c31 = default,
                c40 = default,
                c41 = default,
                c50 = default,
                c51 = default;
            nint at = 0;

            // Two steps at a time: a loop of 6 cycles loses one to its jump.
            for (nint pair = k >> 1; pair > 0; pair--)
            {
                var b0 = Vector256.Load(b);
                var b1 = Vector256.Load(b + 8);
                var x = Vector256.Create(a0[at]);
                c00 = Fma.MultiplyAdd(x, b0, c00);
                c01 = Fma.MultiplyAdd(x, b1, c01);
                x = Vector256.Create(a1[at]);
                c10 = Fma.MultiplyAdd(x, b0, c10);
                c11 = Fma.MultiplyAdd(x, b1, c11);
                x = Vector256.Create(a2[at]);
                c20 = Fma.MultiplyAdd(x, b0, c20);
                c21 = Fma.MultiplyAdd(x, b1, c21);
                x = Vector256.Create(a3[at]);
                c30 = Fma.MultiplyAdd(x, b0, c30);
                c31 = Fma.MultiplyAdd(x, b1, c31);
                x = Vector256.Create(a4[at]);
                c40 = Fma.MultiplyAdd(x, b0, c40);
                c41 = Fma.MultiplyAdd(x, b1, c41);
                x = Vector256.Create(a5[at]);
                c50 = Fma.MultiplyAdd(x, b0, c50);
                c51 = Fma.MultiplyAdd(x, b1, c51);
                b += bRow;
                at += aColumn;
                b0 = Vector256.Load(b);
                b1 = Vector256.Load(b + 8);
                x = Vector256.Create(a0[at]);
                c00 = Fma.MultiplyAdd(x, b0, c00);
                c01 = Fma.MultiplyAdd(x, b1, c01);
                x = Vector256.Create(a1[at]);
                c10 = Fma.MultiplyAdd(x, b0, c10);
                c11 = Fma.MultiplyAdd(x, b1, c11);
                x = Vector256.Create(a2[at]);
                c20 = Fma.MultiplyAdd(x, b0, c20);
                c21 = Fma.MultiplyAdd(x, b1, c21);
                x = Vector256.Create(a3[at]);
                c30 = Fma.MultiplyAdd(x, b0, c30);
                c31 = Fma.MultiplyAdd(x, b1, c31);
                x = Vector256.Create(a4[at]);
                c40 = Fma.MultiplyAdd(x, b0, c40);
                c41 = Fma.MultiplyAdd(x, b1, c41);
                x = Vector256.Create(a5[at]);
                c50 = Fma.MultiplyAdd(x, b0, c50);
                c51 = Fma.MultiplyAdd(x, b1, c51);
                b += bRow;
                at += aColumn;
            }

            if ((k & 1) != 0)
            {
                var b0 = Vector256.Load(b);
                var b1 = Vector256.Load(b + 8);
                var x = Vector256.Create(a0[at]);
                c00 = Fma.MultiplyAdd(x, b0, c00);
                c01 = Fma.MultiplyAdd(x, b1, c01);
                x = Vector256.Create(a1[at]);
                c10 = Fma.MultiplyAdd(x, b0, c10);
                c11 = Fma.MultiplyAdd(x, b1, c11);
                x = Vector256.Create(a2[at]);
                c20 = Fma.MultiplyAdd(x, b0, c20);
                c21 = Fma.MultiplyAdd(x, b1, c21);
                x = Vector256.Create(a3[at]);
                c30 = Fma.MultiplyAdd(x, b0, c30);
                c31 = Fma.MultiplyAdd(x, b1, c31);
                x = Vector256.Create(a4[at]);
                c40 = Fma.MultiplyAdd(x, b0, c40);
                c41 = Fma.MultiplyAdd(x, b1, c41);
                x = Vector256.Create(a5[at]);
                c50 = Fma.MultiplyAdd(x, b0, c50);
                c51 = Fma.MultiplyAdd(x, b1, c51);
            }

            if (start != null)
            {
                float* from = start;
                Add(ref c00, ref c01, from);
                Add(ref c10, ref c11, rows > 1 ? from += startRow : from);
                Add(ref c20, ref c21, rows > 2 ? from += startRow : from);
                Add(ref c30, ref c31, rows > 3 ? from += startRow : from);
                Add(ref c40, ref c41, rows > 4 ? from += startRow : from);
                Add(ref c50, ref c51, rows > 5 ? from += startRow : from);
                start += Rows * startRow;
            }

            float* to = c;
            Store(c00, c01, to);
            if (rows == Rows)
            {
                Store(c10, c11, to += cRow);
                Store(c20, c21, to += cRow);
                Store(c30, c31, to += cRow);
                Store(c40, c41, to += cRow);
                Store(c50, c51, to + cRow);
                continue;
            }

            if (rows > 1)
            {
                Store(c10, c11, to += cRow);
            }

            if (rows > 2)
            {
                Store(c20, c21, to += cRow);
            }

            if (rows > 3)
            {
                Store(c30, c31, to += cRow);
            }

            if (rows > 4)
            {
                Store(c40, c41, to + cRow);
            }
        }
    }

    /// <summary>Up to 2 rows by 32 columns.</summary>
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
        float* a1 = a + (last * aRow);
        Vector256<float> c00 = default,
            c01 = default,
            c02 = default,
            c03 = default,
            c10 = default,
            c11 = default,
            c12 = default,
            c13 = default;
        float* end = b + (k * bRow);
        for (nint at = 0; b < end; b += bRow, at += aColumn)
        {
            var x = Vector256.Create(a0[at]);
            var y = Vector256.Create(a1[at]);
            var b0 = Vector256.Load(b);
            c00 = Fma.MultiplyAdd(x, b0, c00);
            c10 = Fma.MultiplyAdd(y, b0, c10);
            b0 = Vector256.Load(b + 8);
            c01 = Fma.MultiplyAdd(x, b0, c01);
            c11 = Fma.MultiplyAdd(y, b0, c11);
            b0 = Vector256.Load(b + 16);
            c02 = Fma.MultiplyAdd(x, b0, c02);
            c12 = Fma.MultiplyAdd(y, b0, c12);
            b0 = Vector256.Load(b + 24);
            c03 = Fma.MultiplyAdd(x, b0, c03);
            c13 = Fma.MultiplyAdd(y, b0, c13);
        }

        if (start != null)
        {
            Add(ref c00, ref c01, start);
            Add(ref c02, ref c03, start + Columns);
            start += last * startRow;
            Add(ref c10, ref c11, start);
            Add(ref c12, ref c13, start + Columns);
        }

        Store(c00, c01, c);
        Store(c02, c03, c + Columns);
        if (last > 0)
        {
            Store(c10, c11, c + cRow);
            Store(c12, c13, c + cRow + Columns);
        }
    }

    /// <summary>Brings C's lines near while the sums are made: storing to a line that is far away would wait for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Touch(int rows, float* c, nint cRow)
    {
        Sse.Prefetch0(c);
        if (rows == Rows)
        {
            Sse.Prefetch0(c + cRow);
            Sse.Prefetch0(c + (2 * cRow));
            Sse.Prefetch0(c + (3 * cRow));
            Sse.Prefetch0(c + (4 * cRow));
            Sse.Prefetch0(c + (5 * cRow));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref Vector256<float> left, ref Vector256<float> right, float* start)
    {
        left += Vector256.Load(start);
        right += Vector256.Load(start + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> left, Vector256<float> right, float* to)
    {
        left.Store(to);
        right.Store(to + 8);
    }
}
