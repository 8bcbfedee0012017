// Letters: N rows of tokens, O outputs, I inputs of a linear layer.
namespace Cppo.Model.Managed.Kernels;

/// <summary>
/// The gradient of a linear layer's weights, dW[O, I] += dY[N, O]^T X[N, I]. Rows are summed in order and in blocks that end at multiples
/// of
/// <see cref="RowBlock"/>, and a task owns its outputs, so the result does not depend on the number of threads or on the stretches that
/// rows come in.
/// </summary>
internal static unsafe class WeightGradient
{
    /// <summary>Outputs of one task: a multiple of each level's tile.</summary>
    internal const int OutputsPerTask = 2 * Gemm.RowsMultiple;

    /// <summary>So many rows of a strip of X and of a task's strips of dY stay in the first-level cache.</summary>
    internal const int RowBlock = 128;

    /// <summary>Tasks of a layer with so many outputs.</summary>
    internal static int NumTasks(int outputs) => (outputs + OutputsPerTask - 1) / OutputsPerTask;

    /// <summary>
    /// Adds the gradients of one task's outputs. <paramref name="dy"/> has strips of <see cref="Gemm.RowsMultiple"/> columns,
    /// <paramref name="x"/> as wide as a panel.
    /// </summary>
    internal static void Add(
        SimdLevel level,
        int task,
        int firstRow,
        int endRow,
        in Strips dy,
        int outputs,
        in Strips x,
        int inputs,
        float* dw
    )
    {
        int first = task * OutputsPerTask,
            end = Math.Min(first + OutputsPerTask, outputs),
            strip = Gemm.RowsMultiple;
        for (int row = firstRow, length; row < endRow; row += length)
        {
            length = Math.Min(RowBlock - (row % RowBlock), endRow - row);
            for (int column = 0; column < inputs; column += Gemm.PanelWidth)
            {
                float* panel = x.At(row, column);
                int columns = Math.Min(Gemm.PanelWidth, inputs - column);
                for (int output = first; output < end; output += strip)
                {
                    float* sum = dw + ((nint)output * inputs) + column;
                    Gemm.Panel(
                        level,
                        Math.Min(strip, end - output),
                        dy.At(row, output),
                        1,
                        dy.RowStride,
                        panel,
                        x.RowStride,
                        length,
                        sum,
                        inputs,
                        sum,
                        inputs,
                        columns
                    );
                }
            }
        }
    }
}
