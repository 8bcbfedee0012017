// Letters: M rows of A and C, N columns of B and C, K the dimension that is summed over.
using Cppo.Model.Engine;

namespace Cppo.Model.Managed.Kernels.Precision;

/// <summary>
/// Products with right factors in any precision. Each element of C is summed in the same order whatever M and the split into panels are, so
/// that threads may share a product by columns. fp32 gives the bits of <see cref="Gemm"/>, bf16 those of fp32 on rounded weights at the
/// same level, int8 the same bits at every level and on every machine.
/// </summary>
internal static unsafe class RightFactors
{
    /// <summary>
    /// C[M, N] = S + A B for the columns of the panels from one to another alone; rows of A, S and C lie <paramref name="aRow"/>,
    /// <paramref name="startRow"/> and <paramref name="cRow"/> floats apart. S is 0 where <paramref name="start"/> is null; it may be C
    /// itself, and with a distance of 0 it is one row for all. <paramref name="start"/> and <paramref name="c"/> are column 0's, whichever
    /// panels are asked for.
    /// </summary>
    /// <param name="level">The vectors of fp32 and bf16.</param>
    /// <param name="m">Rows; without any nothing is read or written.</param>
    /// <param name="a">A's rows; not read where the factor is int8.</param>
    /// <param name="aRow">See above.</param>
    /// <param name="prepared">The same rows, prepared for this factor; not read where the factor is not int8.</param>
    /// <param name="b">The right factor.</param>
    /// <param name="firstPanel">The first panel.</param>
    /// <param name="endPanel">The one behind the last.</param>
    /// <param name="start">See above.</param>
    /// <param name="startRow">See above.</param>
    /// <param name="c">See above.</param>
    /// <param name="cRow">See above.</param>
    internal static void Multiply(
        SimdLevel level,
        int m,
        float* a,
        nint aRow,
        in PreparedRows prepared,
        in RightFactor b,
        int firstPanel,
        int endPanel,
        float* start,
        nint startRow,
        float* c,
        nint cRow
    )
    {
        if (m == 0)
        {
            return;
        }

        if (b.Precision == WeightPrecision.Int8)
        {
            Int8Product.Multiply(m, prepared, b, firstPanel, endPanel, start, startRow, c, cRow);
            return;
        }

        if (b.Precision == WeightPrecision.Float32)
        {
            Gemm.Multiply(level, m, a, aRow, b.Matrix, firstPanel, endPanel, start, startRow, c, cRow);
            return;
        }

        // What comes after the last panel is mostly the next piece of the same thread.
        byte* end = b.End;
        nint rowBytes = b.PanelStride / Math.Max(1, b.Rows);
        for (int p = firstPanel; p < endPanel; p++)
        {
            int column = p * Gemm.PanelWidth,
                columns = Math.Min(Gemm.PanelWidth, b.Columns - column);
            float* from = start == null ? null : start + column;
            nint fromRow = startRow;
            for (int k = 0; k < b.Rows; k += Gemm.SumBlock)
            {
                int length = Math.Min(Gemm.SumBlock, b.Rows - k);
                byte* panel = b.Panel(p) + (k * rowBytes);
                byte* next = panel + (length * rowBytes);
                byte* nextEnd = next + (length * rowBytes);
                var ahead = FetchAhead.Stretch(next, nextEnd < end ? nextEnd : end);
                BFloat16Panel.Multiply(level, m, a + k, aRow, panel, rowBytes, length, ahead, from, fromRow, c + column, cRow, columns);
                from = c + column;
                fromRow = cRow;
            }
        }
    }
}
