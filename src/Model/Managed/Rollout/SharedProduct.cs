// Letters: M rows of A and C, N columns of B and C.
using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Kernels.Precision;
using Cppo.Model.Managed.Layers;
using Cppo.Model.Managed.Parameters;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Managed.Rollout;

/// <summary>
/// What a product is added to: rows that lie so many floats apart (0: one row for all), and a bias; null where there is none.
/// </summary>
internal readonly unsafe struct ProductStart(float* rows, nint row, float* bias)
{
    internal readonly float* Rows = rows;
    internal readonly nint Row = row;
    internal readonly float* Bias = bias;
}

/// <summary>
/// A product with a right factor in any precision, whose panels the threads of a crew share; they share preparing the rows for it, too.
/// </summary>
internal sealed unsafe class SharedProduct
{
    // Fewer rows than this read weights faster than they multiply: a panel at a time is enough work. More rows are read themselves from the
    // second-level cache, and again from there for some more panels.
    private const int ManyRows = 64;
    private const int PanelsOfManyRows = 4;

    private readonly ModelShape shape;
    private readonly Crew crew;
    private readonly PreparedRows prepared;
    private readonly RunPieces prepare;
    private readonly RunPieces runPanels;
    private RightFactor right;
    private ProductStart start;
    private int count;
    private float* left;
    private nint leftRow;
    private float* result;
    private nint resultRow;

    internal SharedProduct(ModelShape shape, Crew crew, PreparedRows prepared)
    {
        (this.shape, this.crew, this.prepared) = (shape, crew, prepared);
        (prepare, runPanels) = (Prepare, RunPanels);
    }

    /// <summary>C[M, N] = start + A B; rows of A and C lie <paramref name="aRow"/> and <paramref name="cRow"/> floats apart.</summary>
    internal void Run(int m, float* a, nint aRow, in RightFactor b, in ProductStart start, float* c, nint cRow)
    {
        (right, this.start) = (b, start);
        (count, leftRow, resultRow) = (m, aRow, cRow);
        left = a;
        result = c;
        if (b.Precision == WeightPrecision.Int8)
        {
            prepared.Reserve(shape.Level, b.Precision, m, b.Rows);
            crew.Run(m, 1, prepare);
        }

        crew.Run(b.NumPanels, m > ManyRows ? PanelsOfManyRows : 1, runPanels);
    }

    private void Prepare(int first, int end, int thread) => prepared.Fill(right.Precision, first, end, left, leftRow);

    private void RunPanels(int first, int end, int thread)
    {
        RightFactors.Multiply(shape.Level, count, left, leftRow, prepared, right, first, end, start.Rows, start.Row, result, resultRow);
        BlockForward.AddBias(
            start.Bias,
            result,
            (int)resultRow,
            count,
            first * Gemm.PanelWidth,
            Math.Min(end * Gemm.PanelWidth, right.Columns)
        );
    }
}
