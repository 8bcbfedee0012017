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

    /// <summary>Number 0 of a column; the next ones lie <see cref="Gemm.PanelWidth"/> floats apart.</summary>
    internal float* Column(int column) => Panels + ((nint)(column / Gemm.PanelWidth) * Rows * Gemm.PanelWidth) + (column % Gemm.PanelWidth);

    /// <summary>Copies a column [K].</summary>
    internal void GetColumn(int column, float* into)
    {
        float* from = Column(column);
        for (int k = 0; k < Rows; k++, from += Gemm.PanelWidth)
        {
            into[k] = *from;
        }
    }

    /// <summary>Adds to a column [K].</summary>
    internal void AddToColumn(int column, float* values)
    {
        float* to = Column(column);
        for (int k = 0; k < Rows; k++, to += Gemm.PanelWidth)
        {
            *to += values[k];
        }
    }

    /// <summary>
    /// Fills columns with rows of the transpose, which lie one behind the other without gaps, as rows of weights [out, in] do.
    /// </summary>
    internal void SetColumns(int first, int count, float* rows)
    {
        int end = first + count;
        while (first < end)
        {
            if (IsSquare(first, end))
            {
                float* column = Column(first);
                for (int k = 0; k < Rows; k += Transposition.Size)
                {
                    Transposition.Run(rows + k, Rows, column + (k * Gemm.PanelWidth), Gemm.PanelWidth);
                }

                first += Transposition.Size;
                rows += (nint)Transposition.Size * Rows;
                continue;
            }

            float* to = Column(first++);
            for (int k = 0; k < Rows; k++, to += Gemm.PanelWidth)
            {
                *to = *rows++;
            }
        }
    }

    /// <summary>Inverse of <see cref="SetColumns"/>.</summary>
    internal void GetColumns(int first, int count, float* rows)
    {
        int end = first + count;
        while (first < end)
        {
            if (IsSquare(first, end))
            {
                float* column = Column(first);
                for (int k = 0; k < Rows; k += Transposition.Size)
                {
                    Transposition.Run(column + (k * Gemm.PanelWidth), Gemm.PanelWidth, rows + k, Rows);
                }

                first += Transposition.Size;
                rows += (nint)Transposition.Size * Rows;
                continue;
            }

            GetColumn(first++, rows);
            rows += Rows;
        }
    }

    /// <summary>Whether the next columns can be moved in squares.</summary>
    private bool IsSquare(int first, int end) =>
        first % Transposition.Size == 0 && end - first >= Transposition.Size && Rows % Transposition.Size == 0;
}
