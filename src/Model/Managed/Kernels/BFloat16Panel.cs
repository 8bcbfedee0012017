// Letters: M rows of A and C, K the dimension that is summed over; rows of a panel have 32 numbers, a column each.
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Cppo.Model.Managed.Kernels;

/// <summary>
/// Panels in bf16: a row is 16 words of 32 bits with column j in the lower and column j + 16 in the upper half, so that a shift and a mask
/// make two vectors of fp32 of one.
/// </summary>
internal static unsafe class BFloat16Panel
{
    private const int Half = Gemm.PanelWidth / 2;

    /// <summary>Rows of a panel that are expanded at a time: half of a first-level cache of 48 KiB.</summary>
    private const int ExpandedRows = 192;

    /// <summary>Where a column lies in its row, counted in numbers.</summary>
    internal static int Place(int column) => (column % Half * 2) + (column / Half);

    /// <summary>Rows of 32 numbers in fp32, <paramref name="sourceRow"/> floats apart, to consecutive rows in bf16.</summary>
    internal static void Round(float* source, nint sourceRow, ushort* to, int rows)
    {
        for (int k = 0; k < rows; k++, source += sourceRow, to += Gemm.PanelWidth)
        {
            for (int j = 0; j < Half; j += 8)
            {
                var low = Rounded(Vector256.Load(source + j)) >>> 16;
                var high = Rounded(Vector256.Load(source + Half + j)) & Vector256.Create(0xFFFF0000u);
                (low | high).Store((uint*)to + j);
            }
        }
    }

    /// <summary>Rows in bf16, <paramref name="bRow"/> bytes apart, to consecutive rows in fp32.</summary>
    internal static void Expand(byte* b, nint bRow, nint k, float* to)
    {
        for (; k > 0; k--, b += bRow, to += Gemm.PanelWidth)
        {
            for (int j = 0; j < Half; j += Vector<uint>.Count)
            {
                var words = Vector.Load((uint*)b + j);
                Vector.ShiftLeft(words, 16).Store((uint*)to + j);
                (words & new Vector<uint>(0xFFFF0000u)).Store((uint*)to + Half + j);
            }
        }
    }

    /// <summary>
    /// The product with one panel in bf16, whose rows lie <paramref name="bRow"/> bytes apart, as <see cref="Gemm.Panel"/> has it in fp32,
    /// bit for bit.
    /// </summary>
    internal static void Multiply(
        SimdLevel level,
        int m,
        float* a,
        nint aRow,
        byte* b,
        nint bRow,
        int k,
        in FetchAhead ahead,
        float* start,
        nint startRow,
        float* c,
        nint cRow,
        int columns
    )
    {
        if (m == 0)
        {
            return;
        }

        if (level == SimdLevel.Avx512 && columns == Gemm.PanelWidth)
        {
            Multiply512(m, a, aRow, b, bRow, k, ahead, start, startRow, c, cRow);
            return;
        }

        float* panel = ThreadScratch.Panel((nint)k * Gemm.PanelWidth);
        Expand(b, bRow, k, panel);
        Gemm.Panel(level, m, a, aRow, 1, panel, Gemm.PanelWidth, k, start, startRow, c, cRow, columns);
    }

    /// <summary>
    /// The first rows expand some rows of the panel, which stay in the first-level cache for all others; sums are carried on from these to
    /// the next.
    /// </summary>
    private static void Multiply512(
        int m,
        float* a,
        nint aRow,
        byte* b,
        nint bRow,
        int k,
        in FetchAhead ahead,
        float* start,
        nint startRow,
        float* c,
        nint cRow
    )
    {
        if (m <= GemmTile512.FewRows)
        {
            BFloat16Tile512.RunFew(m, a, aRow, b, bRow, k, start, startRow, c, cRow);
            return;
        }

        const int tile = GemmTile512.Rows;
        int step = m > tile ? Math.Min(ExpandedRows, k) : k;
        nint expandedRow = m > tile ? Gemm.PanelWidth : 0;
        float* expanded = ThreadScratch.Panel((nint)ExpandedRows * Gemm.PanelWidth);
        float* sums = step < k ? ThreadScratch.Sums((nint)m * Gemm.PanelWidth) : null;
        var part = ahead.Over((m + tile - 1) / tile, k);
        for (int first = 0; first < k; first += step)
        {
            int length = Math.Min(step, k - first);
            bool isLast = first + length == k;
            for (int i = 0; i < m; i += tile)
            {
                int rows = Math.Min(tile, m - i);
                float* x = a + first + (i * aRow);
                float* carry = first == 0 ? null : sums + (i * Gemm.PanelWidth);
                float* from = isLast && start != null ? start + (i * startRow) : null;
                float* to = isLast ? c + (i * cRow) : sums + (i * Gemm.PanelWidth);
                nint toRow = isLast ? cRow : Gemm.PanelWidth;
                if (i == 0)
                {
                    byte* words = b + (first * bRow);
                    BFloat16Tile512.Run(rows, x, aRow, words, bRow, length, expanded, expandedRow, part, carry, from, startRow, to, toRow);
                }
                else
                {
                    AheadTile512.Run(rows, x, aRow, expanded, length, part, carry, from, startRow, to, toRow);
                }

                part = part.Next(length);
            }
        }
    }

    /// <summary>To nearest, ties to even, in the upper half of each word; NaN stays NaN.</summary>
    private static Vector256<uint> Rounded(Vector256<float> x)
    {
        var bits = x.AsUInt32();
        var rounded = bits + Vector256.Create(0x7FFFu) + ((bits >>> 16) & Vector256<uint>.One);
        return Vector256.ConditionalSelect(Vector256.Equals(x, x).AsUInt32(), rounded, bits | Vector256.Create(0x00400000u));
    }
}
