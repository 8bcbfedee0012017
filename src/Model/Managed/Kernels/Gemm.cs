// Letters: M rows of A and C, N columns of B and C, K the dimension that is summed over.
namespace Cppo.Model.Managed.Kernels;

/// <summary>
/// Single-precision matrix products on packed right factors. Each element of C is summed over k in the same order whatever M and N are, in blocks of
/// fixed length, so a row's result does not depend on the rows beside it or on how the work is split.
/// </summary>
internal static unsafe class Gemm
{
    /// <summary>Columns of a panel of B.</summary>
    internal const int PanelWidth = 32;

    /// <summary>The largest sum that stays in registers; a panel of this length and the rows of a tile fit into the second-level cache.</summary>
    internal const int SumBlock = 1024;

    /// <summary>Rows of a tile at each level, and a multiple of all three.</summary>
    internal const int RowsMultiple = 24;

    /// <summary>C[M, N] = A B, or C += A B; rows of A and C lie <paramref name="aRow"/> and <paramref name="cRow"/> floats apart.</summary>
    internal static void Multiply(SimdLevel level, int m, float* a, nint aRow, in PackedMatrix b, float* c, nint cRow, bool accumulate)
    {
        for (int k = 0; k < b.Rows; k += SumBlock)
        {
            int length = Math.Min(SumBlock, b.Rows - k);
            for (int p = 0; p < b.NumPanels; p++)
            {
                float* panel = b.Panels + ((((nint)p * b.Rows) + k) * PanelWidth);
                int column = p * PanelWidth;
                Panel(level, m, a + k, aRow, 1, panel, PanelWidth, length, c + column, cRow, Math.Min(PanelWidth, b.Columns - column), accumulate || k > 0);
            }
        }
    }

    /// <summary>The product with one panel: C[M, columns].</summary>
    internal static void Panel(
        SimdLevel level, int m, float* a, nint aRow, nint aColumn, float* panel, nint bRow, int k, float* c, nint cRow, int columns, bool accumulate)
    {
        int tileRows = TileRows(level);
        for (int i = 0; i < m; i += tileRows)
        {
            Tiles(level, Math.Min(tileRows, m - i), a + (i * aRow), aRow, aColumn, panel, bRow, k, c + (i * cRow), cRow, columns, accumulate);
        }
    }

    /// <summary>Rows of a tile.</summary>
    internal static int TileRows(SimdLevel level) => level switch
    {
        SimdLevel.Avx512 => GemmTile512.Rows,
        SimdLevel.Avx2 => GemmTile256.Rows,
        _ => GemmTilePortable.Rows,
    };

    /// <summary>One tile's rows across the panel.</summary>
    internal static void Tiles(
        SimdLevel level, int rows, float* a, nint aRow, nint aColumn, float* panel, nint bRow, int k, float* c, nint cRow, int columns, bool accumulate)
    {
        if (level == SimdLevel.Avx512 && columns == PanelWidth)
        {
            Tile(level, rows, a, aRow, aColumn, panel, bRow, k, c, cRow, accumulate);
            return;
        }

        if (level == SimdLevel.Avx512 && columns == PanelWidth / 2)
        {
            GemmTile512.RunHalf(rows, a, aRow, aColumn, panel, bRow, k, c, cRow, accumulate);
            return;
        }

        int width = level switch { SimdLevel.Avx512 => GemmTile512.Columns, SimdLevel.Avx2 => GemmTile256.Columns, _ => GemmTilePortable.Columns };
        for (int j = 0; j < columns; j += width)
        {
            if (j + width <= columns)
            {
                Tile(level, rows, a, aRow, aColumn, panel + j, bRow, k, c + j, cRow, accumulate);
            }
            else
            {
                Edge(level, rows, a, aRow, aColumn, panel + j, bRow, k, c + j, cRow, columns - j, width, accumulate);
            }
        }
    }

    private static void Tile(SimdLevel level, int rows, float* a, nint aRow, nint aColumn, float* b, nint bRow, int k, float* c, nint cRow, bool accumulate)
    {
        switch (level)
        {
            case SimdLevel.Avx512 when rows <= GemmTile512.FewRows:
                GemmTile512.RunFew(rows, a, aRow, aColumn, b, bRow, k, c, cRow, accumulate);
                break;
            case SimdLevel.Avx512:
                GemmTile512.Run(rows, a, aRow, aColumn, b, bRow, k, c, cRow, accumulate);
                break;
            case SimdLevel.Avx2:
                GemmTile256.Run(rows, a, aRow, aColumn, b, bRow, k, c, cRow, accumulate);
                break;
            default:
                GemmTilePortable.Run(rows, a, aRow, aColumn, b, bRow, k, c, cRow, accumulate);
                break;
        }
    }

    /// <summary>A tile that reaches past C's last column goes through the stack.</summary>
    private static void Edge(
        SimdLevel level, int rows, float* a, nint aRow, nint aColumn, float* b, nint bRow, int k, float* c, nint cRow, int columns, int width, bool accumulate)
    {
        float* tile = stackalloc float[GemmTile512.Rows * PanelWidth];
        Tile(level, rows, a, aRow, aColumn, b, bRow, k, tile, width, accumulate: false);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                float* to = c + (i * cRow) + j;
                *to = accumulate ? tile[(i * width) + j] + *to : tile[(i * width) + j];
            }
        }
    }
}
