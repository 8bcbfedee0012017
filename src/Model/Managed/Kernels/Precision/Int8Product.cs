// Letters: M rows of A and C, K the dimension that is summed over.
namespace Cppo.Model.Managed.Kernels.Precision;

/// <summary>Products of prepared rows with panels in int8.</summary>
internal static unsafe class Int8Product
{
    /// <summary>The columns of some panels; see <see cref="RightFactors.Multiply"/>.</summary>
    internal static void Multiply(
        int m,
        PreparedRows prepared,
        in RightFactor b,
        int firstPanel,
        int endPanel,
        float* start,
        nint startRow,
        float* c,
        nint cRow
    )
    {
        float* zeros = stackalloc float[Gemm.PanelWidth];
        new Span<float>(zeros, Gemm.PanelWidth).Clear();
        float* sums = ThreadScratch.Sums((nint)m * Gemm.PanelWidth);
        for (int p = firstPanel; p < endPanel; p++)
        {
            int column = p * Gemm.PanelWidth,
                columns = Math.Min(Gemm.PanelWidth, b.Columns - column);
            float* from = start == null ? zeros : start + column;
            nint fromRow = start == null ? 0 : startRow;
            if (columns == Gemm.PanelWidth)
            {
                Panel(m, prepared, b, p, from, fromRow, sums, c + column, cRow);
                continue;
            }

            // Tiles read and write whole panels.
            for (int i = 0; i < m; i++)
            {
                new ReadOnlySpan<float>(from + (i * fromRow), columns).CopyTo(new Span<float>(sums + (i * Gemm.PanelWidth), columns));
            }

            Panel(m, prepared, b, p, sums, Gemm.PanelWidth, sums, sums, Gemm.PanelWidth);
            for (int i = 0; i < m; i++)
            {
                new ReadOnlySpan<float>(sums + (i * Gemm.PanelWidth), columns).CopyTo(new Span<float>(c + column + (i * cRow), columns));
            }
        }
    }

    /// <summary>Blocks before the last leave their sums [M, 32] beside each other, where they stay in the first-level cache.</summary>
    private static void Panel(
        int m,
        PreparedRows prepared,
        in RightFactor b,
        int panel,
        float* start,
        nint startRow,
        float* sums,
        float* c,
        nint cRow
    )
    {
        byte* weights = b.Panel(panel),
            end = b.End;
        float* scales = b.PanelScales(panel);
        for (int k = 0, block = 0; k < b.Rows; k += Int8.Block, block++)
        {
            int quads = Int8.NumQuads(Math.Min(Int8.Block, b.Rows - k));
            byte* next = weights + ((nint)quads * Int8.Quad * Gemm.PanelWidth);
            byte* nextEnd = next + (Int8.Block * Gemm.PanelWidth);
            var ahead = FetchAhead.Stretch(next, nextEnd < end ? nextEnd : end);
            var part = new Int8Block(prepared.Rows(block), weights, scales, quads, ahead);
            bool isLast = k + Int8.Block >= b.Rows;
            float* to = isLast ? c : sums;
            nint toRow = isLast ? cRow : Gemm.PanelWidth;
            switch (prepared.Kernel)
            {
                case Int8Kernel.AvxVnni:
                    Int8TileVnni.Panel(part, m, start, startRow, to, toRow);
                    break;
                case Int8Kernel.Avx2:
                    Int8Tile256.Panel(part, m, start, startRow, to, toRow);
                    break;
                default:
                    Int8TilePortable.Panel(part, m, start, startRow, to, toRow);
                    break;
            }

            weights = next;
            scales += Gemm.PanelWidth;
            start = sums;
            startRow = Gemm.PanelWidth;
        }
    }
}
