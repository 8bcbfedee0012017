// Letters: M rows of A and C, N columns of a panel of B and of C, K the dimension that is summed over.
namespace Cppo.Model.Managed.Kernels;

/// <summary>
/// The operands of C[M, N] = S + A[M, K] B[K, N] for one panel of B; how many rows and columns there are, is said by the call.
/// </summary>
internal unsafe struct PanelProduct
{
    /// <summary>A[i, k] lies at i * <see cref="ARow"/> + k * <see cref="AColumn"/>.</summary>
    internal required float* A;
    internal required nint ARow;
    internal nint AColumn = 1;

    /// <summary>B[k, j] lies at k * <see cref="BRow"/> + j.</summary>
    internal required float* B;
    internal nint BRow = Gemm.PanelWidth;

    internal required int K;

    /// <summary>
    /// S[i, j] lies at i * <see cref="StartRow"/> + j; null is 0. It may be C itself, and with a distance of 0 it is one row for all.
    /// </summary>
    internal float* Start;
    internal nint StartRow;

    /// <summary>C[i, j] lies at i * <see cref="CRow"/> + j.</summary>
    internal required float* C;
    internal required nint CRow;

    /// <summary>
    /// A row of A by the elements of the next one, one row of B a panel's width apart, and no S, where nothing else is said.
    /// </summary>
    public PanelProduct() { }

    /// <summary>The same from a row and a column on.</summary>
    internal readonly PanelProduct From(int row, int column)
    {
        var part = this;
        part.A += row * ARow;
        part.B += column;
        part.C += (row * CRow) + column;
        if (Start != null)
        {
            part.Start += (row * StartRow) + column;
        }

        return part;
    }
}
