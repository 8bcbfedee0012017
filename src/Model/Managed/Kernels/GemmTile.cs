// One tile of a matrix product held in registers: C[rows, columns] = S + A[rows, K] B[K, columns], S being 0 where start is null.
// A[i, k] lies at a[i * aRow + k * aColumn]; B[k, j] at b[k * bRow + j]; C[i, j] at c[i * cRow + j]; S[i, j] at start[i * startRow + j].
// Rows past the last read the last row and are not stored, so every row runs through the same operations in the same order.
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cppo.Model.Managed.Kernels;

/// <summary>6 x 16 with 256-bit vectors: 12 accumulators, 2 registers of B, one broadcast of A.</summary>
internal static unsafe class GemmTile256
{
    internal const int Rows = 6;
    internal const int Columns = 16;

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Run(int rows, float* a, nint aRow, nint aColumn, float* b, nint bRow, nint k, float* start, nint startRow, float* c, nint cRow)
    {
        int last = rows - 1;
        float* a0 = a;
        float* a1 = a + (Math.Min(1, last) * aRow);
        float* a2 = a + (Math.Min(2, last) * aRow);
        float* a3 = a + (Math.Min(3, last) * aRow);
        float* a4 = a + (Math.Min(4, last) * aRow);
        float* a5 = a + (Math.Min(5, last) * aRow);
        Vector256<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        Vector256<float> c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        float* end = b + (k * bRow);
        for (nint at = 0; b < end; b += bRow, at += aColumn)
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

        Store(c00, c01, 0, last, start, startRow, c, cRow);
        Store(c10, c11, 1, last, start, startRow, c, cRow);
        Store(c20, c21, 2, last, start, startRow, c, cRow);
        Store(c30, c31, 3, last, start, startRow, c, cRow);
        Store(c40, c41, 4, last, start, startRow, c, cRow);
        Store(c50, c51, 5, last, start, startRow, c, cRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> left, Vector256<float> right, int row, int last, float* start, nint startRow, float* c, nint cRow)
    {
        if (row > last)
        {
            return;
        }

        float* to = c + (row * cRow);
        if (start != null)
        {
            left += Vector256.Load(start + (row * startRow));
            right += Vector256.Load(start + (row * startRow) + 8);
        }

        left.Store(to);
        right.Store(to + 8);
    }
}

/// <summary>4 rows by two of the machine's vectors.</summary>
internal static unsafe class GemmTilePortable
{
    internal const int Rows = 4;

    internal static int Columns => 2 * Vector<float>.Count;

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Run(int rows, float* a, nint aRow, nint aColumn, float* b, nint bRow, nint k, float* start, nint startRow, float* c, nint cRow)
    {
        int last = rows - 1;
        float* a0 = a;
        float* a1 = a + (Math.Min(1, last) * aRow);
        float* a2 = a + (Math.Min(2, last) * aRow);
        float* a3 = a + (Math.Min(3, last) * aRow);
        Vector<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
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
