using System.Numerics;
using System.Runtime.CompilerServices;

namespace Cppo.Model.Managed.Kernels;

/// <summary>4 rows by two of the machine's vectors.</summary>
internal static unsafe class GemmTilePortable
{
    internal const int Rows = 4;

    internal static int Columns => 2 * Vector<float>.Count;

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
        Vector<float> c00 = default,
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
            var b0 = Vector.Load(b);
            var b1 = Vector.Load(b + Vector<float>.Count);
            var x = new Vector<float>(a0[at]);
            c00 = Vector.MultiplyAddEstimate(x, b0, c00);
            c01 = Vector.MultiplyAddEstimate(x, b1, c01);
            x = new Vector<float>(a1[at]);
            c10 = Vector.MultiplyAddEstimate(x, b0, c10);
            c11 = Vector.MultiplyAddEstimate(x, b1, c11);
            x = new Vector<float>(a2[at]);
            c20 = Vector.MultiplyAddEstimate(x, b0, c20);
            c21 = Vector.MultiplyAddEstimate(x, b1, c21);
            x = new Vector<float>(a3[at]);
            c30 = Vector.MultiplyAddEstimate(x, b0, c30);
            c31 = Vector.MultiplyAddEstimate(x, b1, c31);
        }

        Store(c00, c01, 0, last, start, startRow, c, cRow);
        Store(c10, c11, 1, last, start, startRow, c, cRow);
        Store(c20, c21, 2, last, start, startRow, c, cRow);
        Store(c30, c31, 3, last, start, startRow, c, cRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector<float> left, Vector<float> right, int row, int last, float* start, nint startRow, float* c, nint cRow)
    {
        if (row > last)
        {
            return;
        }

        float* to = c + (row * cRow);
        if (start != null)
        {
            left += Vector.Load(start + (row * startRow));
            right += Vector.Load(start + (row * startRow) + Vector<float>.Count);
        }

        left.Store(to);
        right.Store(to + Vector<float>.Count);
    }
}
