using System.Diagnostics;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Managed;

/// <summary>What this machine reaches in a large single-precision matrix product: the yardstick of benchmarks.</summary>
internal static unsafe class MatrixProductRate
{
    private const int Size = 1024;
    private const int RowsPerItem = 4 * Gemm.RowsMultiple;
    private const int Repeats = 8;

    /// <summary>Floating-point operations a second, the best of some products [1056, 1024] x [1024, 1024].</summary>
    /// <param name="threads">Threads that share the rows, at least 1.</param>
    public static double Measure(int threads)
    {
        const int items = (Size + RowsPerItem - 1) / RowsPerItem;
        const int rows = items * RowsPerItem;
        using var team = new Team(threads);
        using var left = new AlignedBuffer(rows * Size);
        using var right = new AlignedBuffer(PackedMatrix.Size(Size, Size));
        using var product = new AlignedBuffer(rows * Size);
        left.Span(rows * Size).Fill(1);
        right.Span((int)PackedMatrix.Size(Size, Size)).Fill(0.5f);
        var (a, b, c) = ((nint)left.Pointer, new PackedMatrix(right.Pointer, Size, Size), (nint)product.Pointer);
        var level = SimdLevels.Best;
        double best = double.PositiveInfinity;
        for (int i = 0; i < Repeats; i++)
        {
            long start = Stopwatch.GetTimestamp();
            team.Run(
                items,
                (item, _) =>
                    Gemm.Multiply(
                        level,
                        RowsPerItem,
                        (float*)a + ((nint)item * RowsPerItem * Size),
                        Size,
                        b,
                        (float*)c + ((nint)item * RowsPerItem * Size),
                        Size
                    )
            );
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return 2.0 * rows * Size * Size / best;
    }
}
