using System.Numerics;
using System.Runtime.Intrinsics;

namespace Cppo.Model.Managed.Kernels.Precision;

/// <summary>A row by 8 columns at a time, with products of 32 bits.</summary>
internal static unsafe class Int8TilePortable
{
    private const int Columns = 8;

    /// <summary>C[M, 32] = S + A B for a block of a panel.</summary>
    internal static void Panel(in Int8Block block, int m, float* start, nint startRow, float* c, nint cRow)
    {
        var a = block.Rows;
        for (int j = 0; j < Gemm.PanelWidth; j += Columns)
        {
            for (int i = 0; i < m; i++)
            {
                byte* row = a.First + (i * Int8Rows.Stride);
                var sums = Sums((short*)row, block.Weights + (j * Int8.Quad), block.Quads);
                sums += Vector256.Create(*(int*)(row + Int8Rows.HighSum));
                Int8Block.Store(sums, row + Int8Rows.Scale, block.Scales + j, start + j + (i * startRow), c + j + (i * cRow));
            }
        }
    }

    private static Vector256<int> Sums(short* x, byte* weights, nint quads)
    {
        int* sums = stackalloc int[Math.Max(Columns, Vector<int>.Count)];
        for (int j = 0; j < Columns; j += Vector<int>.Count)
        {
            var sum = Vector<int>.Zero;
            short* number = x;
            byte* b = weights + (j * Int8.Quad);
            for (nint at = 0; at < quads; at++, b += Int8.Quad * Gemm.PanelWidth, number += Int8.Quad)
            {
                var words = Vector.Load((uint*)b);
                sum += Vector.AsVectorInt32(words & new Vector<uint>(0xFF)) * number[0];
                sum += Vector.AsVectorInt32(Vector.ShiftRightLogical(words, 8) & new Vector<uint>(0xFF)) * number[1];
                sum += Vector.AsVectorInt32(Vector.ShiftRightLogical(words, 16) & new Vector<uint>(0xFF)) * number[2];
                sum += Vector.AsVectorInt32(Vector.ShiftRightLogical(words, 24)) * number[3];
            }

            sum.Store(sums + j);
        }

        return Vector256.Load(sums);
    }
}
