// Letters: M rows, K inputs and N outputs of a linear layer.
using Cppo.Model.Engine;

namespace Cppo.Model.Managed.Kernels.Precision;

/// <summary>
/// The way back through a linear layer, dX[M, K] = dY[M, N] W[N, K], on the panels that the way forward reads. A panel has a weight's
/// outputs side by side and its inputs below each other, so the product is made as its transpose: dX^T[K, M] = W^T[K, N] dY^T[N, M], with
/// the panels as the left factor. Each element is summed over N in order, in blocks of <see cref="Gemm.SumBlock"/>, whatever M is.
/// </summary>
internal static unsafe class BackProduct
{
    /// <summary>The most rows of a product.</summary>
    internal const int MaxRows = 48;

    // Inputs whose weights are copied together for tiles that do not read panels themselves.
    private const int CopiedInputs = Gemm.RowsMultiple;

    /// <summary>Floats of memory that a product needs where K is at most so large.</summary>
    internal static nint ScratchFloats(int inputs) => ((nint)MaxRows * (Gemm.SumBlock + inputs)) + (CopiedInputs * Gemm.SumBlock);

    /// <summary>Floats that weights in bf16 are widened into.</summary>
    internal static nint WideFloats(int inputs) => (nint)Gemm.SumBlock * inputs;

    /// <summary>
    /// dX[M, K], M at most <see cref="MaxRows"/>; rows lie <paramref name="dyRow"/> and <paramref name="dxRow"/> floats apart.
    /// </summary>
    internal static void Multiply(
        SimdLevel level,
        int m,
        float* dy,
        nint dyRow,
        in PackedMatrix weights,
        float* dx,
        nint dxRow,
        float* scratch
    ) => Multiply(level, m, dy, dyRow, RightFactor.Of(weights), dx, dxRow, scratch, null);

    /// <summary>
    /// The same with weights in fp32 or bf16, which are widened, a block of outputs at a time, into <paramref name="wide"/>:
    /// <see cref="WideFloats"/>, null for fp32.
    /// </summary>
    internal static void Multiply(
        SimdLevel level,
        int m,
        float* dy,
        nint dyRow,
        in RightFactor weights,
        float* dx,
        nint dxRow,
        float* scratch,
        float* wide
    )
    {
        int width = (m + 15) / 16 * 16;
        float* byOutput = scratch;
        float* sums = byOutput + (MaxRows * Gemm.SumBlock);
        float* copied = sums + ((nint)MaxRows * weights.Rows);
        for (int first = 0; first < weights.Columns; first += Gemm.SumBlock)
        {
            int count = Math.Min(Gemm.SumBlock, weights.Columns - first);
            Transposition.Matrix(dy + first, dyRow, m, count, byOutput, width);
            float* panel = wide;
            if (weights.Precision == WeightPrecision.Float32)
            {
                panel = (float*)weights.Panel(first / Gemm.PanelWidth);
            }
            else
            {
                weights.Widen(first / Gemm.PanelWidth, (first + count + Gemm.PanelWidth - 1) / Gemm.PanelWidth, wide);
            }

            if (level == SimdLevel.Avx512)
            {
                GemmTile512.Back(width, panel, weights.Rows, count, byOutput, isFirst: first == 0, sums);
            }
            else
            {
                Copied(level, width, panel, weights.Rows, count, byOutput, isFirst: first == 0, sums, copied);
            }
        }

        Transposition.Matrix(sums, width, weights.Rows, m, dx, dxRow);
    }

    /// <summary>A block of outputs with the weights of some inputs at a time copied to rows.</summary>
    private static void Copied(
        SimdLevel level,
        int width,
        float* panels,
        int inputs,
        int outputs,
        float* byOutput,
        bool isFirst,
        float* sums,
        float* copied
    )
    {
        for (int input = 0; input < inputs; input += CopiedInputs)
        {
            int rows = Math.Min(CopiedInputs, inputs - input);
            for (int output = 0; output < outputs; output += Gemm.PanelWidth)
            {
                float* from = panels + (((nint)output * inputs) + (input * Gemm.PanelWidth));
                for (int row = 0; row < rows; row++)
                {
                    VectorMath.Copy(from + (row * Gemm.PanelWidth), copied + (row * Gemm.SumBlock) + output, Gemm.PanelWidth);
                }
            }

            for (int column = 0; column < width; column += Gemm.PanelWidth)
            {
                float* sum = sums + ((nint)input * width) + column;
                Gemm.Panel(
                    level,
                    rows,
                    copied,
                    Gemm.SumBlock,
                    1,
                    byOutput + column,
                    width,
                    outputs,
                    isFirst ? null : sum,
                    width,
                    sum,
                    width,
                    Math.Min(Gemm.PanelWidth, width - column)
                );
            }
        }
    }
}
