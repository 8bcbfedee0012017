// Letters: C width of a head, P its padded width.
using Cppo.Model.Weights;

namespace Cppo.Model.Managed.Kernels;

/// <summary>The keys or values of one head, by columns or by rows, in fp32 or bf16; see <see cref="KeyValues"/>.</summary>
internal readonly unsafe struct HeadPlaces(void* first, int paddedWidth, bool isBFloat16)
{
    private readonly byte* first = (byte*)first;
    private readonly nint placeBytes = (nint)paddedWidth * (isBFloat16 ? sizeof(ushort) : sizeof(float));
    private readonly bool isBFloat16 = isBFloat16;

    /// <summary>Numbers in fp32.</summary>
    internal HeadPlaces(float* first, int paddedWidth)
        : this(first, paddedWidth, isBFloat16: false) { }

    /// <summary>Where a place's numbers begin by rows, or, for the first of 32 places, the panel by columns.</summary>
    internal byte* At(int place) => first + (place * placeBytes);

    /// <summary>Stores a place's numbers in bf16, by rows.</summary>
    internal void StoreRow(int place, float* x, int width)
    {
        ushort* row = (ushort*)At(place);
        for (int i = 0; i < width; i++)
        {
            row[(i / Gemm.PanelWidth * Gemm.PanelWidth) + BFloat16Panel.Place(i % Gemm.PanelWidth)] = BFloat16.Round(x[i]);
        }
    }

    /// <summary>Stores a place's numbers in bf16, by columns.</summary>
    internal void StoreColumn(int place, float* x, int width)
    {
        int column = place % Gemm.PanelWidth;
        ushort* panel = (ushort*)At(place - column) + BFloat16Panel.Place(column);
        for (int i = 0; i < width; i++)
        {
            panel[i * Gemm.PanelWidth] = BFloat16.Round(x[i]);
        }
    }

    /// <summary>Dot products of some x [C] with the first of 32 places that lie by columns.</summary>
    internal void DotProducts(
        SimdLevel level,
        int count,
        float* x,
        nint xRow,
        int place,
        int places,
        int width,
        float* scores,
        nint scoreRow
    ) => Multiply(level, count, x, xRow, At(place), Gemm.PanelWidth, width, null, 0, scores, scoreRow, places);

    /// <summary>
    /// Sums of consecutive places, which lie by rows, times some rows of shares, for up to 32 numbers of a place from a multiple of 32 on;
    /// the sums begin with <paramref name="start"/>, or with 0 where it is null.
    /// </summary>
    internal void WeightedSums(
        SimdLevel level,
        int count,
        float* shares,
        nint shareRow,
        int place,
        int places,
        int column,
        int columns,
        float* start,
        float* sums,
        nint sumRow
    )
    {
        int number = isBFloat16 ? sizeof(ushort) : sizeof(float);
        byte* b = At(place) + (column * number);
        Multiply(level, count, shares, shareRow, b, (int)(placeBytes / number), places, start, sumRow, sums, sumRow, columns);
    }

    private void Multiply(
        SimdLevel level,
        int m,
        float* a,
        nint aRow,
        byte* b,
        int bRow,
        int k,
        float* start,
        nint startRow,
        float* c,
        nint cRow,
        int columns
    )
    {
        if (isBFloat16)
        {
            nint rowBytes = bRow * sizeof(ushort);
            BFloat16Panel.Multiply(level, m, a, aRow, b, rowBytes, k, FetchAhead.Nothing(b), start, startRow, c, cRow, columns);
        }
        else
        {
            Gemm.Panel(level, m, a, aRow, 1, (float*)b, bRow, k, start, startRow, c, cRow, columns);
        }
    }
}
