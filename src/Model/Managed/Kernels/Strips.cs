// Letters: N rows, W columns.
using System.Runtime.Intrinsics;

namespace Cppo.Model.Managed.Kernels;

/// <summary>
/// A matrix [N, W] cut into strips of a few columns, each contiguous: strip s holds the columns w s .. w s + w - 1 of row 0, then of row 1,
/// ...: where a product sums over rows, a tile reads straight ahead. Columns of the last strip past W are undefined.
/// </summary>
internal readonly unsafe struct Strips(float* first, int stripWidth, nint rowStride, nint stripStride)
{
    /// <summary>Floats that a matrix takes.</summary>
    internal static nint Size(int stripWidth, nint rows, int columns) => rows * ((columns + stripWidth - 1) / stripWidth) * stripWidth;

    /// <summary>Strips that lie one behind the other.</summary>
    internal static Strips Packed(float* first, int stripWidth, nint rows) => new(first, stripWidth, stripWidth, rows * stripWidth);

    /// <summary>The strips of a matrix that lies row by row.</summary>
    internal static Strips OfRows(float* first, int stripWidth, nint rowStride) => new(first, stripWidth, rowStride, stripWidth);

    /// <summary>From a number of a strip to that of the next row.</summary>
    internal nint RowStride => rowStride;

    /// <summary>The row's numbers in the strip that begins with a column.</summary>
    internal float* At(int row, int column) => first + (column / stripWidth * stripStride) + (row * rowStride);

    /// <summary>
    /// Stores the rows <paramref name="firstRow"/> .. + <paramref name="count"/> - 1, which lie <paramref name="xRow"/> floats apart: strip
    /// by strip, so that writing goes straight ahead.
    /// </summary>
    internal void Store(int firstRow, int count, float* x, nint xRow, int columns)
    {
        for (int column = 0; column < columns; column += stripWidth)
        {
            float* from = x + column;
            float* to = At(firstRow, column);
            int width = Math.Min(stripWidth, columns - column);
            for (int row = 0; row < count; row++, from += xRow, to += rowStride)
            {
                if (width % 8 != 0)
                {
                    VectorMath.Copy(from, to, width);
                    continue;
                }

                for (int i = 0; i < width; i += 8)
                {
                    Vector256.Load(from + i).Store(to + i);
                }
            }
        }
    }
}
