// Letters: N rows of tokens, O outputs, I inputs of a linear layer.
namespace Cppo.Model.Managed.Kernels;

/// <summary>
/// The gradient of a linear layer's weights, dW[O, I] += dY[N, O]^T X[N, I], in panels as the weights. Rows are summed in order and in
/// blocks that end at multiples of <see cref="RowBlock"/>, and a task owns its outputs, so the result does not depend on the number of
/// threads or on the stretches that rows come in.
/// </summary>
internal static unsafe class WeightGradient
{
    /// <summary>So many rows of a strip of X and of a panel of dY stay in the first-level cache.</summary>
    internal const int RowBlock = 128;

    /// <summary>Columns of a strip of X: a multiple of each level's tile.</summary>
    internal const int InputStrip = Gemm.RowsMultiple;

    /// <summary>Columns of a strip of dY.</summary>
    internal const int OutputStrip = Gemm.PanelWidth;

    /// <summary>Adds the gradients of one panel's outputs.</summary>
    internal static void Add(SimdLevel level, int panel, int firstRow, int endRow, in Strips dy, in Strips x, in PackedMatrix dw)
    {
        int output = panel * OutputStrip,
            columns = Math.Min(OutputStrip, dw.Columns - output);
        float* sums = dw.Panels + ((nint)output * dw.Rows);
        for (int row = firstRow, length; row < endRow; row += length)
        {
            length = Math.Min(RowBlock - (row % RowBlock), endRow - row);
            float* right = dy.At(row, output);
            for (int input = 0; input < dw.Rows; input += InputStrip)
            {
                float* sum = sums + ((nint)input * OutputStrip);
                Gemm.Panel(
                    level,
                    Math.Min(InputStrip, dw.Rows - input),
                    x.At(row, input),
                    1,
                    x.RowStride,
                    right,
                    dy.RowStride,
                    length,
                    sum,
                    OutputStrip,
                    sum,
                    OutputStrip,
                    columns
                );
            }
        }
    }
}
