// Letters: K key and value heads, C width of a head, P its padded width, S places for tokens.
using Cppo.Model.Engine;

namespace Cppo.Model.Managed.Kernels;

/// <summary>
/// Keys and values of one layer, by head and place: [K, S, P] numbers each, S a multiple of 32. A sequence of tokens takes consecutive
/// places from a multiple of 32 on. "By rows" has a place's P numbers side by side; "by columns" has, for 32 places at a time, number 0 of
/// the 32, then number 1, ...: a panel of a matrix product. In bf16 each 32 numbers that lie side by side are in the order of
/// <see cref="BFloat16Panel"/>, and P is a multiple of 32 instead of 16.
/// </summary>
/// <remarks>
/// Memory for bf16: 2 K S P numbers of <see cref="BytesPerNumber"/> with P of <see cref="PaddedWidthIn"/>. <see cref="Store"/>,
/// <see cref="Copy"/> and <see cref="Attention.Forward"/> take both; backward takes fp32 alone.
/// </remarks>
internal readonly unsafe struct KeyValues
{
    /// <summary>Scores are computed for so many places at once.</summary>
    internal const int Block = 16;

    internal readonly float* KeysByColumn;
    internal readonly float* ValuesByRow;

    /// <summary>Numbers from a head to the next.</summary>
    internal readonly nint HeadStride;
    internal readonly int PaddedWidth;
    internal readonly bool IsBFloat16;

    /// <summary>Keys and values in fp32.</summary>
    internal KeyValues(float* keysByColumn, float* valuesByRow, nint headStride, int paddedWidth)
        : this(WeightPrecision.Float32, keysByColumn, valuesByRow, headStride, paddedWidth) { }

    /// <summary>Keys and values as they go with weights of a precision: fp32 with fp32, bf16 with all others.</summary>
    internal KeyValues(WeightPrecision precision, void* keysByColumn, void* valuesByRow, nint headStride, int paddedWidth)
    {
        KeysByColumn = (float*)keysByColumn;
        ValuesByRow = (float*)valuesByRow;
        HeadStride = headStride;
        PaddedWidth = paddedWidth;
        IsBFloat16 = precision != WeightPrecision.Float32;
    }

    /// <summary>A number of scores or a width in whole blocks.</summary>
    internal static int WholeBlocks(int count) => (count + Block - 1) / Block * Block;

    /// <summary>The places of a sequence in whole panels.</summary>
    internal static int WholePanels(int count) => (count + Gemm.PanelWidth - 1) / Gemm.PanelWidth * Gemm.PanelWidth;

    /// <summary>P of keys and values that go with weights of a precision.</summary>
    internal static int PaddedWidthIn(WeightPrecision precision, int width) =>
        precision == WeightPrecision.Float32 ? WholeBlocks(width) : WholePanels(width);

    /// <summary>Bytes of one number of keys and values that go with weights of a precision.</summary>
    internal static int BytesPerNumber(WeightPrecision precision) => precision == WeightPrecision.Float32 ? sizeof(float) : sizeof(ushort);

    /// <summary>A head's keys, by columns.</summary>
    internal HeadPlaces Keys(int head) => Head(KeysByColumn, head);

    /// <summary>A head's values, by rows.</summary>
    internal HeadPlaces Values(int head) => Head(ValuesByRow, head);

    /// <summary>Stores a token's key and value of every head; both are [K, C].</summary>
    internal void Store(int place, float* key, float* value, int heads, int width)
    {
        for (int head = 0; head < heads; head++)
        {
            if (IsBFloat16)
            {
                Keys(head).StoreColumn(place, key + (head * width), width);
                Values(head).StoreRow(place, value + (head * width), width);
                continue;
            }

            nint at = head * HeadStride;
            StoreColumn(KeysByColumn + at, place, key + (head * width), width);
            StoreRow(ValuesByRow + at, place, value + (head * width), width);
        }
    }

    /// <summary>Copies so many tokens' keys and values of every head from one stretch, given by its first place, to another.</summary>
    internal void Copy(int heads, int tokens, int fromPlace, int toPlace)
    {
        nint length = (nint)WholePanels(tokens) * PaddedWidth * (IsBFloat16 ? sizeof(ushort) : sizeof(float));
        for (int head = 0; head < heads; head++)
        {
            Buffer.MemoryCopy(Keys(head).At(fromPlace), Keys(head).At(toPlace), length, length);
            Buffer.MemoryCopy(Values(head).At(fromPlace), Values(head).At(toPlace), length, length);
        }
    }

    /// <summary>One head's numbers of a place in fp32, by rows.</summary>
    internal void StoreRow(float* head, int place, float* x, int width) => VectorMath.Copy(x, head + ((nint)place * PaddedWidth), width);

    /// <summary>One head's numbers of a place in fp32, by columns.</summary>
    internal void StoreColumn(float* head, int place, float* x, int width)
    {
        float* column = head + ((nint)(place / Gemm.PanelWidth) * Gemm.PanelWidth * PaddedWidth) + (place % Gemm.PanelWidth);
        for (int i = 0; i < width; i++)
        {
            column[i * Gemm.PanelWidth] = x[i];
        }
    }

    private HeadPlaces Head(float* first, int head) =>
        IsBFloat16
            ? new HeadPlaces((ushort*)first + (head * HeadStride), PaddedWidth, isBFloat16: true)
            : new HeadPlaces(first + (head * HeadStride), PaddedWidth, isBFloat16: false);
}
