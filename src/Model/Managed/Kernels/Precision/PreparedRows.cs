// Letters: M rows of A, K the dimension that is summed over.
using System.Runtime.Intrinsics;
using Cppo.Model.Engine;

namespace Cppo.Model.Managed.Kernels.Precision;

/// <summary>
/// What the rows of a left factor A [M, K] become once, for all panels that they are multiplied with: whole numbers for int8, nothing for
/// the other precisions. Threads that share a product may each prepare some of the rows, or each have a copy; reading disturbs nobody. No
/// two rows share a cache line.
/// </summary>
internal sealed unsafe class PreparedRows : IDisposable
{
    private readonly AlignedBuffer memory = new();
    private int k;
    private nint capacity;

    /// <summary>What the rows are prepared for.</summary>
    internal Int8Kernel Kernel { get; private set; }

    /// <summary>Makes room for so many rows of a product with this factor and prepares them.</summary>
    internal void Prepare(SimdLevel level, in RightFactor b, int m, float* a, nint aRow)
    {
        Reserve(level, b.Precision, m, b.Rows);
        Fill(b.Precision, 0, m, a, aRow);
    }

    /// <summary>Makes room for rows of K numbers; what was prepared is lost.</summary>
    internal void Reserve(SimdLevel level, WeightPrecision precision, int rows, int length) =>
        Reserve(Int8Kernels.At(level), precision, rows, length);

    /// <summary>The same for one kernel.</summary>
    internal void Reserve(Int8Kernel kernel, WeightPrecision precision, int rows, int length)
    {
        if (precision != WeightPrecision.Int8)
        {
            return;
        }

        Kernel = kernel;
        k = length;

        // Tiles read whole, past the last row, too.
        capacity = rows + Int8TileVnni.Rows;
        memory.Ensure(capacity * Int8.NumBlocks(k) * Int8Rows.Stride / sizeof(float));
    }

    /// <summary>
    /// Prepares some of the rows; <paramref name="a"/> is the first of all, and rows lie <paramref name="aRow"/> floats apart.
    /// </summary>
    internal void Fill(WeightPrecision precision, int first, int end, float* a, nint aRow)
    {
        for (int i = first; precision == WeightPrecision.Int8 && i < end; i++)
        {
            FillRow(a + (i * aRow), i);
        }
    }

    /// <summary>What kernels read of a block.</summary>
    internal Int8Rows Rows(int block) => new((byte*)memory.Pointer + (block * capacity * Int8Rows.Stride));

    /// <inheritdoc/>
    public void Dispose() => memory.Dispose();

    private void FillRow(float* x, int row)
    {
        int blocks = Int8.NumBlocks(k);
        float* last = stackalloc float[Int8.Block];
        new Span<float>(last, Int8.Block).Clear();
        int lastLength = k - ((blocks - 1) * Int8.Block);
        new ReadOnlySpan<float>(x + ((blocks - 1) * Int8.Block), lastLength).CopyTo(new Span<float>(last, Int8.Block));
        var squares = Vector256<float>.Zero;
        for (int block = 0; block < blocks; block++)
        {
            float* from = block < blocks - 1 ? x + (block * Int8.Block) : last;
            for (int i = 0; i < Int8.Block; i += Vector256<float>.Count)
            {
                var number = Vector256.Load(from + i);
                squares += number * number;
            }
        }

        float wideAbove = Int8.WideFactor * MathF.Sqrt(Sum(squares) / k);
        for (int block = 0; block < blocks; block++)
        {
            FillBlock(block < blocks - 1 ? x + (block * Int8.Block) : last, wideAbove, Rows(block).From(row));
        }
    }

    private void FillBlock(float* x, float wideAbove, Int8Rows to)
    {
        var magnitudes = Vector256<int>.Zero;
        for (int i = 0; i < Int8.Block; i += Vector256<float>.Count)
        {
            magnitudes = Vector256.Max(magnitudes, Vector256.Load((int*)x + i) & Vector256.Create(int.MaxValue));
        }

        int largest = 0;
        for (int i = 0; i < Vector256<int>.Count; i++)
        {
            largest = Math.Max(largest, magnitudes[i]);
        }

        var (scale, inverse) = PanelPacking.Scales(Vector256.Create(largest), Int8.Largest * Int8.LowUnits);
        bool wide = BitConverter.Int32BitsToSingle(largest) > wideAbove;
        var kept = Vector256.Create(wide ? -1 : 0);
        Vector256<int> highSum = default,
            lowSum = default;
        var highs = stackalloc Vector256<int>[4];
        var lows = stackalloc Vector256<int>[4];
        for (int i = 0; i < Int8.Block; i += 32)
        {
            for (int part = 0; part < 4; part++)
            {
                var number = PanelPacking.Whole(Vector256.Load(x + i + (part * 8)), inverse);
                var high = Vector256.ShiftRightArithmetic(number + Vector256.Create(Int8.LowUnits / 2), 7);
                var low = (number - Vector256.ShiftLeft(high, 7)) & kept;
                highSum += high;
                lowSum += low;
                (highs[part], lows[part]) = (high, low);
            }

            if (Kernel == Int8Kernel.AvxVnni)
            {
                Bytes(highs).Store((sbyte*)to.First + i);
                Bytes(lows).Store((sbyte*)to.First + Int8Rows.Low + i);
                continue;
            }

            for (int part = 0; part < 4; part++)
            {
                highs[part] = Vector256.ShiftLeft(highs[part], 7) + lows[part];
            }

            short* numbers = (short*)to.First + i;
            Vector256.Narrow(highs[0], highs[1]).Store(numbers);
            Vector256.Narrow(highs[2], highs[3]).Store(numbers + 16);
        }

        int high8 = Vector256.Sum(highSum),
            low8 = Vector256.Sum(lowSum);
        if (Kernel != Int8Kernel.AvxVnni)
        {
            (high8, low8) = ((high8 * Int8.LowUnits) + low8, 0);
        }

        to.Describe(scale[0], -Int8.Offset * high8, -Int8.Offset * low8, wide);
    }

    private static Vector256<sbyte> Bytes(Vector256<int>* parts) =>
        Vector256.Narrow(Vector256.Narrow(parts[0], parts[1]), Vector256.Narrow(parts[2], parts[3]));

    /// <summary>In a fixed order.</summary>
    private static float Sum(Vector256<float> x)
    {
        float sum = 0;
        for (int i = 0; i < Vector256<float>.Count; i++)
        {
            sum += x[i];
        }

        return sum;
    }
}
