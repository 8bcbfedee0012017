// Letters: M rows of A and C, N columns of B and C, K the dimension that is summed over.
// A tile of each level holds C[rows, columns] = S + A[rows, K] B[K, columns] in registers, S being 0 where start is null.
// A[i, k] lies at a[i * aRow + k * aColumn]; B[k, j] at b[k * bRow + j]; C[i, j] at c[i * cRow + j]; S[i, j] at start[i * startRow + j].
// Rows past the last read the last row and are not stored, so every row runs through the same operations in the same order.
namespace Cppo.Model.Managed.Kernels;

/// <summary>
/// Single-precision matrix products on packed right factors. Each element of C is summed over k in the same order whatever M and N are, in
/// blocks of fixed length, so a row's result does not depend on the rows beside it or on how the work is split.
/// </summary>
internal static unsafe class Gemm
{
    /// <summary>Columns of a panel of B.</summary>
    internal const int PanelWidth = 32;

    /// <summary>
    /// The largest sum that stays in registers; a panel of this length and the rows of a tile fit into the second-level cache.
    /// </summary>
    internal const int SumBlock = 1024;

    // Of a matrix of more floats than this, more than second-level caches hold, the next panel is fetched ahead.
    private const nint FetchedFloats = 1 << 20;

    /// <summary>Rows of a tile at each level, and a multiple of all three.</summary>
    internal const int RowsMultiple = 24;

    /// <summary>
    /// C[M, N] = S + A B; rows of A, S and C lie <paramref name="aRow"/>, <paramref name="startRow"/> and <paramref name="cRow"/> floats
    /// apart. S is 0 where
    /// <paramref name="start"/> is null; it may be C itself, and with a distance of 0 it is one row for all.
    /// </summary>
    internal static void Multiply(
        SimdLevel level,
        int m,
        float* a,
        nint aRow,
        in PackedMatrix b,
        float* start,
        nint startRow,
        float* c,
        nint cRow
    ) => Multiply(level, m, a, aRow, b, 0, b.NumPanels, start, startRow, c, cRow);

    /// <summary>
    /// The same for the columns of the panels <paramref name="firstPanel"/> .. <paramref name="endPanel"/> - 1 alone, so that threads share
    /// a matrix; <paramref name="start"/> and <paramref name="c"/> are those of column 0.
    /// </summary>
    internal static void Multiply(
        SimdLevel level,
        int m,
        float* a,
        nint aRow,
        in PackedMatrix b,
        int firstPanel,
        int endPanel,
        float* start,
        nint startRow,
        float* c,
        nint cRow
    )
    {
        bool fetches = level == SimdLevel.Avx512 && m > GemmTile512.FewRows && PackedMatrix.Size(b.Rows, b.Columns) > FetchedFloats;
        for (int k = 0; k < b.Rows; k += SumBlock)
        {
            int length = Math.Min(SumBlock, b.Rows - k);
            for (int p = firstPanel; p < endPanel; p++)
            {
                float* panel = b.Panels + ((((nint)p * b.Rows) + k) * PanelWidth);
                int column = p * PanelWidth,
                    columns = Math.Min(PanelWidth, b.Columns - column);
                var (from, fromRow) =
                    k > 0 ? ((nint)(c + column), cRow)
                    : start == null ? (0, 0)
                    : ((nint)(start + column), startRow);
                if (fetches && columns == PanelWidth)
                {
                    int nextPanel = p + 1 < endPanel ? p + 1
                        : k + length < b.Rows ? firstPanel
                        : endPanel,
                        nextK = p + 1 < endPanel ? k : (k + length) % b.Rows;
                    float* next = b.Panels + ((((nint)nextPanel * b.Rows) + nextK) * PanelWidth);
                    GemmTile512.PanelAhead(m, a + k, aRow, panel, length, (float*)from, fromRow, c + column, cRow, next);
                    continue;
                }

                Panel(level, m, a + k, aRow, 1, panel, PanelWidth, length, (float*)from, fromRow, c + column, cRow, columns);
            }
        }
    }

    /// <summary>The same without S.</summary>
    internal static void Multiply(SimdLevel level, int m, float* a, nint aRow, in PackedMatrix b, float* c, nint cRow) =>
        Multiply(level, m, a, aRow, b, null, 0, c, cRow);

    /// <summary>
    /// The product with one panel, whose rows lie <paramref name="bRow"/> floats apart: C[M, columns]. Without rows nothing is read or
    /// written.
    /// </summary>
    internal static void Panel(
        SimdLevel level,
        int m,
        float* a,
        nint aRow,
        nint aColumn,
        float* panel,
        nint bRow,
        int k,
        float* start,
        nint startRow,
        float* c,
        nint cRow,
        int columns
    )
    {
        if (m == 0)
        {
            return;
        }

        if (level == SimdLevel.Avx512 && columns == PanelWidth)
        {
            GemmTile512.Panel(m, a, aRow, aColumn, panel, bRow, k, start, startRow, c, cRow);
            return;
        }

        if (level == SimdLevel.Avx2 && columns % GemmTile256.Columns == 0)
        {
            GemmTile256.Panel(m, a, aRow, aColumn, panel, bRow, k, start, startRow, c, cRow, columns);
            return;
        }

        int tileRows = TileRows(level);
        for (int i = 0; i < m; i += tileRows)
        {
            float* from = start == null ? null : start + (i * startRow);
            Tiles(
                level,
                Math.Min(tileRows, m - i),
                a + (i * aRow),
                aRow,
                aColumn,
                panel,
                bRow,
                k,
                from,
                startRow,
                c + (i * cRow),
                cRow,
                columns
            );
        }
    }

    /// <summary>Rows of a tile.</summary>
    internal static int TileRows(SimdLevel level) =>
        level switch
        {
            SimdLevel.Avx512 => GemmTile512.Rows,
            SimdLevel.Avx2 => GemmTile256.Rows,
            _ => GemmTilePortable.Rows,
        };

    /// <summary>One tile's rows across the panel.</summary>
    private static void Tiles(
        SimdLevel level,
        int rows,
        float* a,
        nint aRow,
        nint aColumn,
        float* panel,
        nint bRow,
        int k,
        float* start,
        nint startRow,
        float* c,
        nint cRow,
        int columns
    )
    {
        if (level == SimdLevel.Avx512 && columns == PanelWidth / 2)
        {
            GemmTile512.RunHalf(rows, a, aRow, aColumn, panel, bRow, k, start, startRow, c, cRow);
            return;
        }

        int width = level switch
        {
            SimdLevel.Avx512 => GemmTile512.Columns,
            SimdLevel.Avx2 => GemmTile256.Columns,
            _ => GemmTilePortable.Columns,
        };
        for (int j = 0; j < columns; j += width)
        {
            float* from = start == null ? null : start + j;
            if (j + width <= columns)
            {
                Tile(level, rows, a, aRow, aColumn, panel + j, bRow, k, from, startRow, c + j, cRow);
            }
            else
            {
                Edge(level, rows, a, aRow, aColumn, panel + j, bRow, k, from, startRow, c + j, cRow, columns - j, width);
            }
        }
    }

    private static void Tile(
        SimdLevel level,
        int rows,
        float* a,
        nint aRow,
        nint aColumn,
        float* b,
        nint bRow,
        int k,
        float* start,
        nint startRow,
        float* c,
        nint cRow
    )
    {
        switch (level)
        {
            case SimdLevel.Avx512:
                GemmTile512.Panel(rows, a, aRow, aColumn, b, bRow, k, start, startRow, c, cRow);
                break;
            case SimdLevel.Avx2:
                GemmTile256.Run(rows, a, aRow, aColumn, b, bRow, k, start, startRow, c, cRow);
                break;
            default:
                GemmTilePortable.Run(rows, a, aRow, aColumn, b, bRow, k, start, startRow, c, cRow);
                break;
        }
    }

    /// <summary>A tile that reaches past C's last column goes through the stack.</summary>
    private static void Edge(
        SimdLevel level,
        int rows,
        float* a,
        nint aRow,
        nint aColumn,
        float* b,
        nint bRow,
        int k,
        float* start,
        nint startRow,
        float* c,
        nint cRow,
        int columns,
        int width
    )
    {
        float* tile = stackalloc float[GemmTile512.Rows * PanelWidth];
        Tile(level, rows, a, aRow, aColumn, b, bRow, k, null, 0, tile, width);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                float sum = tile[(i * width) + j];
                c[(i * cRow) + j] = start == null ? sum : sum + start[(i * startRow) + j];
            }
        }
    }
}
