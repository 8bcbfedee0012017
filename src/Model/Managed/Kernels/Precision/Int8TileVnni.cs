using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cppo.Model.Managed.Kernels.Precision;

/// <summary>
/// Tiles of 6 x 16 with vpdpbusd: 12 accumulators, 2 registers of B, one broadcast of A, which are all that its encoding reaches. Few rows
/// have a tile of their own, 4 x 16. Tiles compute and store whole: rows past the last are read as they lie and go through the stack.
/// </summary>
internal static unsafe class Int8TileVnni
{
    internal const int Rows = 6;
    internal const int FewRows = 4;
    internal const int Columns = 16;

    private const int LowBits = 7;

    /// <summary>C[M, 32] = S + A B for a block of a panel.</summary>
    internal static void Panel(in Int8Block block, int m, float* start, nint startRow, float* c, nint cRow)
    {
        // Both halves of a panel are steps of a tile.
        nint steps = 2 * block.Quads;
        var ahead = block.Ahead.Over((m + Rows - 1) / Rows, steps);
        for (int i = 0; i < m; i += Rows)
        {
            int count = Math.Min(Rows, m - i);
            float* from = start + (i * startRow);
            var rows = block.Rows.From(i);
            if (count == Rows)
            {
                Run(rows, block, rows.AnyWide(Rows), ahead, from, startRow, c + (i * cRow), cRow);
            }
            else if (count == FewRows)
            {
                RunFew(rows, block, rows.AnyWide(FewRows), ahead, from, startRow, c + (i * cRow), cRow);
            }
            else
            {
                Part(rows, block, count, ahead, from, startRow, c + (i * cRow), cRow);
            }

            ahead = ahead.Next(steps);
        }
    }

    /// <summary>A tile of fewer rows than it computes.</summary>
    private static void Part(
        in Int8Rows rows,
        in Int8Block block,
        int count,
        FetchAhead ahead,
        float* start,
        nint startRow,
        float* c,
        nint cRow
    )
    {
        const int width = Gemm.PanelWidth;
        float* tile = stackalloc float[Rows * width];
        for (int i = 0; i < count; i++)
        {
            new ReadOnlySpan<float>(start + (i * startRow), width).CopyTo(new Span<float>(tile + (i * width), width));
        }

        bool wide = rows.AnyWide(count);
        if (count > FewRows)
        {
            Run(rows, block, wide, ahead, tile, width, tile, width);
        }
        else
        {
            RunFew(rows, block, wide, ahead, tile, width, tile, width);
        }

        for (int i = 0; i < count; i++)
        {
            new ReadOnlySpan<float>(tile + (i * width), width).CopyTo(new Span<float>(c + (i * cRow), width));
        }
    }

    /// <summary>6 rows by 32 columns, 16 after the other.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Run(
        in Int8Rows rows,
        in Int8Block block,
        bool wide,
        FetchAhead ahead,
        float* start,
        nint startRow,
        float* c,
        nint cRow
    )
    {
        nint step = ahead.Step;
        byte* next = ahead.From;
        byte* scale = rows.First + Int8Rows.Scale;
        for (int column = 0; column < Gemm.PanelWidth; column += Columns)
        {
            byte* sum = rows.First + Int8Rows.HighSum;
            Vector256<int> c00 = Vector256.Create(*(int*)sum),
                c01 = c00;
            Vector256<int> c10 = Vector256.Create(*(int*)(sum + Int8Rows.Stride)),
                c11 = c10;
            Vector256<int> c20 = Vector256.Create(*(int*)(sum + (2 * Int8Rows.Stride))),
                c21 = c20;
            Vector256<int> c30 = Vector256.Create(*(int*)(sum + (3 * Int8Rows.Stride))),
                c31 = c30;
            Vector256<int> c40 = Vector256.Create(*(int*)(sum + (4 * Int8Rows.Stride))),
                c41 = c40;
            Vector256<int> c50 = Vector256.Create(*(int*)(sum + (5 * Int8Rows.Stride))),
                c51 = c50;
            byte* a = rows.First;
            byte* b = block.Weights + (column * Int8.Quad);
            byte* end = b + (block.Quads * Int8.Quad * Gemm.PanelWidth);
            for (bool isHigh = true; ; isHigh = false)
            {
                do
                {
                    Sse.Prefetch1(next);
                    var b0 = Vector256.Load(b);
                    var b1 = Vector256.Load(b + 32);
                    var x = Vector256.Create(*(int*)a).AsSByte();
                    c00 = AvxVnni.MultiplyWideningAndAdd(c00, b0, x);
                    c01 = AvxVnni.MultiplyWideningAndAdd(c01, b1, x);
                    x = Vector256.Create(*(int*)(a + Int8Rows.Stride)).AsSByte();
                    c10 = AvxVnni.MultiplyWideningAndAdd(c10, b0, x);
                    c11 = AvxVnni.MultiplyWideningAndAdd(c11, b1, x);
                    x = Vector256.Create(*(int*)(a + (2 * Int8Rows.Stride))).AsSByte();
                    c20 = AvxVnni.MultiplyWideningAndAdd(c20, b0, x);
                    c21 = AvxVnni.MultiplyWideningAndAdd(c21, b1, x);
                    x = Vector256.Create(*(int*)(a + (3 * Int8Rows.Stride))).AsSByte();
                    c30 = AvxVnni.MultiplyWideningAndAdd(c30, b0, x);
                    c31 = AvxVnni.MultiplyWideningAndAdd(c31, b1, x);
                    x = Vector256.Create(*(int*)(a + (4 * Int8Rows.Stride))).AsSByte();
                    c40 = AvxVnni.MultiplyWideningAndAdd(c40, b0, x);
                    c41 = AvxVnni.MultiplyWideningAndAdd(c41, b1, x);
                    x = Vector256.Create(*(int*)(a + (5 * Int8Rows.Stride))).AsSByte();
                    c50 = AvxVnni.MultiplyWideningAndAdd(c50, b0, x);
                    c51 = AvxVnni.MultiplyWideningAndAdd(c51, b1, x);
                    a += Int8.Quad;
                    b += Int8.Quad * Gemm.PanelWidth;
                    next += step;
                } while (b < end);

                if (!wide | !isHigh)
                {
                    break;
                }

                sum = rows.First + Int8Rows.LowSum;
                var low = Vector256.Create(*(int*)sum);
                c00 = Vector256.ShiftLeft(c00, LowBits) + low;
                c01 = Vector256.ShiftLeft(c01, LowBits) + low;
                low = Vector256.Create(*(int*)(sum + Int8Rows.Stride));
                c10 = Vector256.ShiftLeft(c10, LowBits) + low;
                c11 = Vector256.ShiftLeft(c11, LowBits) + low;
                low = Vector256.Create(*(int*)(sum + (2 * Int8Rows.Stride)));
                c20 = Vector256.ShiftLeft(c20, LowBits) + low;
                c21 = Vector256.ShiftLeft(c21, LowBits) + low;
                low = Vector256.Create(*(int*)(sum + (3 * Int8Rows.Stride)));
                c30 = Vector256.ShiftLeft(c30, LowBits) + low;
                c31 = Vector256.ShiftLeft(c31, LowBits) + low;
                low = Vector256.Create(*(int*)(sum + (4 * Int8Rows.Stride)));
                c40 = Vector256.ShiftLeft(c40, LowBits) + low;
                c41 = Vector256.ShiftLeft(c41, LowBits) + low;
                low = Vector256.Create(*(int*)(sum + (5 * Int8Rows.Stride)));
                c50 = Vector256.ShiftLeft(c50, LowBits) + low;
                c51 = Vector256.ShiftLeft(c51, LowBits) + low;
                a = rows.First + Int8Rows.Low;
                b = block.Weights + (column * Int8.Quad);
            }

            var units = Vector256.Create(wide ? 1f : Int8.LowUnits);
            var w0 = Vector256.Load(block.Scales + column) * units;
            var w1 = Vector256.Load(block.Scales + column + 8) * units;
            float* from = start + column;
            float* to = c + column;
            Store(c00, c01, scale, w0, w1, from, to);
            Store(c10, c11, scale + Int8Rows.Stride, w0, w1, from += startRow, to += cRow);
            Store(c20, c21, scale + (2 * Int8Rows.Stride), w0, w1, from += startRow, to += cRow);
            Store(c30, c31, scale + (3 * Int8Rows.Stride), w0, w1, from += startRow, to += cRow);
            Store(c40, c41, scale + (4 * Int8Rows.Stride), w0, w1, from += startRow, to += cRow);
            Store(c50, c51, scale + (5 * Int8Rows.Stride), w0, w1, from += startRow, to += cRow);
        }
    }

    /// <summary>4 rows by 32 columns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunFew(
        in Int8Rows rows,
        in Int8Block block,
        bool wide,
        FetchAhead ahead,
        float* start,
        nint startRow,
        float* c,
        nint cRow
    )
    {
        nint step = ahead.Step;
        byte* next = ahead.From;
        byte* scale = rows.First + Int8Rows.Scale;
        for (int column = 0; column < Gemm.PanelWidth; column += Columns)
        {
            byte* sum = rows.First + Int8Rows.HighSum;
            Vector256<int> c00 = Vector256.Create(*(int*)sum),
                c01 = c00;
            Vector256<int> c10 = Vector256.Create(*(int*)(sum + Int8Rows.Stride)),
                c11 = c10;
            Vector256<int> c20 = Vector256.Create(*(int*)(sum + (2 * Int8Rows.Stride))),
                c21 = c20;
            Vector256<int> c30 = Vector256.Create(*(int*)(sum + (3 * Int8Rows.Stride))),
                c31 = c30;
            byte* a = rows.First;
            byte* b = block.Weights + (column * Int8.Quad);
            byte* end = b + (block.Quads * Int8.Quad * Gemm.PanelWidth);
            for (bool isHigh = true; ; isHigh = false)
            {
                do
                {
                    Sse.Prefetch1(next);
                    var b0 = Vector256.Load(b);
                    var b1 = Vector256.Load(b + 32);
                    var x = Vector256.Create(*(int*)a).AsSByte();
                    c00 = AvxVnni.MultiplyWideningAndAdd(c00, b0, x);
                    c01 = AvxVnni.MultiplyWideningAndAdd(c01, b1, x);
                    x = Vector256.Create(*(int*)(a + Int8Rows.Stride)).AsSByte();
                    c10 = AvxVnni.MultiplyWideningAndAdd(c10, b0, x);
                    c11 = AvxVnni.MultiplyWideningAndAdd(c11, b1, x);
                    x = Vector256.Create(*(int*)(a + (2 * Int8Rows.Stride))).AsSByte();
                    c20 = AvxVnni.MultiplyWideningAndAdd(c20, b0, x);
                    c21 = AvxVnni.MultiplyWideningAndAdd(c21, b1, x);
                    x = Vector256.Create(*(int*)(a + (3 * Int8Rows.Stride))).AsSByte();
                    c30 = AvxVnni.MultiplyWideningAndAdd(c30, b0, x);
                    c31 = AvxVnni.MultiplyWideningAndAdd(c31, b1, x);
                    a += Int8.Quad;
                    b += Int8.Quad * Gemm.PanelWidth;
                    next += step;
                } while (b < end);

                if (!wide | !isHigh)
                {
                    break;
                }

                sum = rows.First + Int8Rows.LowSum;
                var low = Vector256.Create(*(int*)sum);
                c00 = Vector256.ShiftLeft(c00, LowBits) + low;
                c01 = Vector256.ShiftLeft(c01, LowBits) + low;
                low = Vector256.Create(*(int*)(sum + Int8Rows.Stride));
                c10 = Vector256.ShiftLeft(c10, LowBits) + low;
                c11 = Vector256.ShiftLeft(c11, LowBits) + low;
                low = Vector256.Create(*(int*)(sum + (2 * Int8Rows.Stride)));
                c20 = Vector256.ShiftLeft(c20, LowBits) + low;
                c21 = Vector256.ShiftLeft(c21, LowBits) + low;
                low = Vector256.Create(*(int*)(sum + (3 * Int8Rows.Stride)));
                c30 = Vector256.ShiftLeft(c30, LowBits) + low;
                c31 = Vector256.ShiftLeft(c31, LowBits) + low;
                a = rows.First + Int8Rows.Low;
                b = block.Weights + (column * Int8.Quad);
            }

            var units = Vector256.Create(wide ? 1f : Int8.LowUnits);
            var w0 = Vector256.Load(block.Scales + column) * units;
            var w1 = Vector256.Load(block.Scales + column + 8) * units;
            float* from = start + column;
            float* to = c + column;
            Store(c00, c01, scale, w0, w1, from, to);
            Store(c10, c11, scale + Int8Rows.Stride, w0, w1, from += startRow, to += cRow);
            Store(c20, c21, scale + (2 * Int8Rows.Stride), w0, w1, from += startRow, to += cRow);
            Store(c30, c31, scale + (3 * Int8Rows.Stride), w0, w1, from += startRow, to += cRow);
        }
    }

    /// <summary>C = S + sums * (row scale * column scales), 16 columns of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(
        Vector256<int> left,
        Vector256<int> right,
        byte* rowScale,
        Vector256<float> leftScales,
        Vector256<float> rightScales,
        float* start,
        float* c
    )
    {
        var scale = Vector256.Create(*(float*)rowScale);
        (Vector256.Load(start) + (Vector256.ConvertToSingle(left) * (scale * leftScales))).Store(c);
        (Vector256.Load(start + 8) + (Vector256.ConvertToSingle(right) * (scale * rightScales))).Store(c + 8);
    }
}
