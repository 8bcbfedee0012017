using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cppo.Model.Managed.Kernels;

/// <summary>A square of 8 x 8 numbers, rows to columns.</summary>
internal static unsafe class Transposition
{
    /// <summary>Numbers of a side.</summary>
    internal const int Size = 8;

    /// <summary>to[i, j] = from[j, i]; rows lie the strides apart.</summary>
    internal static void Run(float* from, nint fromRow, float* to, nint toRow)
    {
        if (!Avx.IsSupported)
        {
            for (int i = 0; i < Size * Size; i++)
            {
                to[(i / Size * toRow) + (i % Size)] = from[(i % Size * fromRow) + (i / Size)];
            }

            return;
        }

        // Pairs of rows i and i + 4 fill a vector: after two rounds of interleaving within halves each vector is a column.
        for (int half = 0; half < Size; half += 4)
        {
            var a = Halves(from + half, fromRow, 0);
            var b = Halves(from + half, fromRow, 1);
            var c = Halves(from + half, fromRow, 2);
            var d = Halves(from + half, fromRow, 3);
            Vector256<float> ab = Avx.UnpackLow(a, b),
                cd = Avx.UnpackLow(c, d),
                abHigh = Avx.UnpackHigh(a, b),
                cdHigh = Avx.UnpackHigh(c, d);
            float* column = to + (half * toRow);
            Avx.Shuffle(ab, cd, 0b01_00_01_00).Store(column);
            Avx.Shuffle(ab, cd, 0b11_10_11_10).Store(column + toRow);
            Avx.Shuffle(abHigh, cdHigh, 0b01_00_01_00).Store(column + (2 * toRow));
            Avx.Shuffle(abHigh, cdHigh, 0b11_10_11_10).Store(column + (3 * toRow));
        }
    }

    /// <summary>to[columns, rows] = from[rows, columns]; rows lie the strides apart.</summary>
    internal static void Matrix(float* from, nint fromRow, int rows, int columns, float* to, nint toRow)
    {
        int wholeRows = rows / Size * Size,
            wholeColumns = columns / Size * Size;
        for (int row = 0; row < wholeRows; row += Size)
        {
            for (int column = 0; column < wholeColumns; column += Size)
            {
                Run(from + (row * fromRow) + column, fromRow, to + (column * toRow) + row, toRow);
            }
        }

        for (int row = 0; row < rows; row++)
        {
            for (int column = row < wholeRows ? wholeColumns : 0; column < columns; column++)
            {
                to[(column * toRow) + row] = from[(row * fromRow) + column];
            }
        }
    }

    /// <summary>Four numbers of a row, then those of the row four below.</summary>
    private static Vector256<float> Halves(float* from, nint fromRow, int row) =>
        Vector256.Create(Vector128.Load(from + (row * fromRow)), Vector128.Load(from + ((row + 4) * fromRow)));
}
