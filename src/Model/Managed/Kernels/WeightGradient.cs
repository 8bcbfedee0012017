// Letters: N rows of tokens, O outputs, I inputs of a linear layer.
namespace Cppo.Model.Managed.Kernels;

/// <summary>
/// The gradient of a linear layer's weights, dW[O, I] += dY[N, O]^T X[N, I]. Rows are summed in blocks of fixed length and in order, and a task owns
/// its outputs, so the result does not depend on the number of threads.
/// </summary>
internal static unsafe class WeightGradient
{
    /// <summary>Outputs of one task: a multiple of each level's tile.</summary>
    internal const int OutputsPerTask = Gemm.RowsMultiple;

    // So many rows of X stay in the second-level cache while a task's outputs pass over them.
    private const int RowBlock = 256;

    /// <summary>Tasks of a layer with so many outputs.</summary>
    internal static int NumTasks(int outputs) => (outputs + OutputsPerTask - 1) / OutputsPerTask;

    /// <summary>Adds the gradients of one task's outputs. Neither factor is packed: a tile reads 32 numbers of each row of X and 8 of each row of dY.</summary>
    internal static void Add(SimdLevel level, int task, int rows, float* dy, nint dyRow, int outputs, float* x, nint xRow, int inputs, float* dw)
    {
        int first = task * OutputsPerTask, count = Math.Min(OutputsPerTask, outputs - first), tileRows = Gemm.TileRows(level);
        for (int row = 0; row < rows; row += RowBlock)
        {
            int length = Math.Min(RowBlock, rows - row);
            float* left = dy + (row * dyRow) + first;
            float* right = x + (row * xRow);
            for (int column = 0; column < inputs; column += Gemm.PanelWidth)
            {
                int columns = Math.Min(Gemm.PanelWidth, inputs - column);
                for (int i = 0; i < count; i += tileRows)
                {
                    Gemm.Tiles(
                        level, Math.Min(tileRows, count - i), left + i, 1, dyRow, right + column, xRow, length,
                        dw + ((nint)(first + i) * inputs) + column, inputs, columns, accumulate: true);
                }
            }
        }
    }
}
