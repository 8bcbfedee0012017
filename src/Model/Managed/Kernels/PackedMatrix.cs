// Letters: K rows (the dimension that is summed over), N columns.
namespace Cppo.Model.Managed.Kernels;

/// <summary>
/// The right factor [K, N] of a product as panels of 32 columns: panel p holds the columns 32 p .. 32 p + 31 of row 0, then of row 1, ...
/// Columns past N are 0, so that a tile never asks where the matrix ends.
/// </summary>
internal readonly unsafe struct PackedMatrix(float* panels, int rows, int columns)
{
    internal readonly float* Panels = panels;
    internal readonly int Rows = rows;
    internal readonly int Columns = columns;

    internal int NumPanels => (Columns + Gemm.PanelWidth - 1) / Gemm.PanelWidth;

    /// <summary>Floats that a matrix of this shape takes.</summary>
    internal static nint Size(int rows, int columns) => (nint)rows * ((columns + Gemm.PanelWidth - 1) / Gemm.PanelWidth) * Gemm.PanelWidth;

    /// <summary>Fills a panel with columns of a matrix [K, N] that lies row by row, <paramref name="stride"/> floats apart.</summary>
    internal static void PackPanel(float* source, nint stride, int rows, int firstColumn, int columns, float* panel)
    {
        int width = Math.Min(Gemm.PanelWidth, columns - firstColumn);
        for (int k = 0; k < rows; k++, panel += Gemm.PanelWidth)
        {
            var row = new ReadOnlySpan<float>(source + (k * stride) + firstColumn, width);
            row.CopyTo(new Span<float>(panel, width));
            new Span<float>(panel + width, Gemm.PanelWidth - width).Clear();
        }
    }

    /// <summary>Packs a matrix [K, N] that lies row by row without gaps.</summary>
    internal void Pack(float* source, int firstPanel, int endPanel)
    {
        for (int p = firstPanel; p < endPanel; p++)
        {
            PackPanel(source, Columns, Rows, p * Gemm.PanelWidth, Columns, Panels + ((nint)p * Rows * Gemm.PanelWidth));
        }
    }

    /// <summary>Packs the transpose of a matrix [N, K] that lies row by row without gaps, as weights [out, in] do.</summary>
    internal void PackTransposed(float* source, int firstPanel, int endPanel)
    {
        for (int p = firstPanel; p < endPanel; p++)
        {
            float* panel = Panels + ((nint)p * Rows * Gemm.PanelWidth);
            int first = p * Gemm.PanelWidth,
                width = Math.Min(Gemm.PanelWidth, Columns - first);
            if (width < Gemm.PanelWidth)
            {
                new Span<float>(panel, Rows * Gemm.PanelWidth).Clear();
            }

            int k = 0;
            for (; width == Gemm.PanelWidth && k + Transposition.Size <= Rows; k += Transposition.Size)
            {
                for (int j = 0; j < Gemm.PanelWidth; j += Transposition.Size)
                {
                    Transposition.Run(source + ((nint)(first + j) * Rows) + k, Rows, panel + (k * Gemm.PanelWidth) + j, Gemm.PanelWidth);
                }
            }

            for (; k < Rows; k++)
            {
                for (int j = 0; j < width; j++)
                {
                    panel[(k * Gemm.PanelWidth) + j] = source[((nint)(first + j) * Rows) + k];
                }
            }
        }
    }
}
