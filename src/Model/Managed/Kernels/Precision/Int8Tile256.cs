using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cppo.Model.Managed.Kernels.Precision;

/// <summary>
/// Tiles of 4 x 8 with vpmaddwd: a word of four weights becomes four numbers of 16 bits, whose products with a row's four are added in
/// pairs, so that each column has two sums side by side until the end.
/// </summary>
internal static unsafe class Int8Tile256
{
    internal const int Rows = 4;
    internal const int Columns = 8;

    private const int BytesOfHalf = Columns / 2 * Int8.Quad;

    /// <summary>C[M, 32] = S + A B for a block of a panel.</summary>
    internal static void Panel(in Int8Block block, int m, float* start, nint startRow, float* c, nint cRow)
    {
        for (int j = 0; j < Gemm.PanelWidth; j += Columns)
        {
            for (int i = 0; i < m; i += Rows)
            {
                float* from = start + j + (i * startRow);
                Run(Math.Min(Rows, m - i), block.Rows.From(i), block, j, from, startRow, c + j + (i * cRow), cRow);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Run(int rows, in Int8Rows a, in Int8Block block, int column, float* start, nint startRow, float* c, nint cRow)
    {
        int last = rows - 1;
        byte* a0 = a.First;
        byte* a1 = a0 + Int8Rows.Stride;
        byte* a2 = a1 + Int8Rows.Stride;
        byte* a3 = a2 + Int8Rows.Stride;
        Vector256<int> c00 = default,
            c01 = default,
            c10 = default,
            c11 = default,
            c20 = default,
            c21 = default,
            c30 = default,
            c31 = default;
        byte* b = block.Weights + (column * Int8.Quad);
        for (nint at = 0; at < block.Quads; at++, b += Int8.Quad * Gemm.PanelWidth)
        {
            var b0 = Avx2.ConvertToVector256Int16(b);
            var b1 = Avx2.ConvertToVector256Int16(b + BytesOfHalf);
            var x = Vector256.Create(((long*)a0)[at]).AsInt16();
            c00 += Avx2.MultiplyAddAdjacent(x, b0);
            c01 += Avx2.MultiplyAddAdjacent(x, b1);
            x = Vector256.Create(((long*)a1)[at]).AsInt16();
            c10 += Avx2.MultiplyAddAdjacent(x, b0);
            c11 += Avx2.MultiplyAddAdjacent(x, b1);
            x = Vector256.Create(((long*)a2)[at]).AsInt16();
            c20 += Avx2.MultiplyAddAdjacent(x, b0);
            c21 += Avx2.MultiplyAddAdjacent(x, b1);
            x = Vector256.Create(((long*)a3)[at]).AsInt16();
            c30 += Avx2.MultiplyAddAdjacent(x, b0);
            c31 += Avx2.MultiplyAddAdjacent(x, b1);
        }

        float* scales = block.Scales + column;
        Store(c00, c01, a, 0, last, scales, start, startRow, c, cRow);
        Store(c10, c11, a, 1, last, scales, start, startRow, c, cRow);
        Store(c20, c21, a, 2, last, scales, start, startRow, c, cRow);
        Store(c30, c31, a, 3, last, scales, start, startRow, c, cRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(
        Vector256<int> left,
        Vector256<int> right,
        in Int8Rows a,
        int row,
        int last,
        float* scales,
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

        // Pairs within halves come out as columns 0 1 4 5, 2 3 6 7.
        byte* of = a.First + (row * Int8Rows.Stride);
        var sums = Avx2.Permute4x64(Avx2.HorizontalAdd(left, right).AsInt64(), 0b11_01_10_00).AsInt32();
        sums += Vector256.Create(*(int*)(of + Int8Rows.HighSum));
        Int8Block.Store(sums, of + Int8Rows.Scale, scales, start + (row * startRow), c + (row * cRow));
    }
}
