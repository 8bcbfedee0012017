// Letters: K key and value heads, C width of a head, P its width rounded up to whole blocks of 16, S places for tokens.
namespace Cppo.Model.Managed.Kernels;

/// <summary>
/// Keys and values of one layer, by head and place: [K, S, P] floats each, S a multiple of 32. A sequence of tokens takes consecutive
/// places from a multiple of 32 on. "By rows" has a place's P numbers side by side; "by columns" has, for 32 places at a time, number 0 of
/// the 32, then number 1, ...: a panel of a matrix product.
/// </summary>
internal readonly unsafe struct KeyValues(float* keysByColumn, float* valuesByRow, nint headStride, int paddedWidth)
{
    /// <summary>Scores are computed for so many places at once.</summary>
    internal const int Block = 16;

    internal readonly float* KeysByColumn = keysByColumn;
    internal readonly float* ValuesByRow = valuesByRow;
    internal readonly nint HeadStride = headStride;
    internal readonly int PaddedWidth = paddedWidth;

    /// <summary>A number of scores or a width in whole blocks.</summary>
    internal static int WholeBlocks(int count) => (count + Block - 1) / Block * Block;

    /// <summary>The places of a sequence in whole panels.</summary>
    internal static int WholePanels(int count) => (count + Gemm.PanelWidth - 1) / Gemm.PanelWidth * Gemm.PanelWidth;

    /// <summary>Stores a token's key and value of every head; both are [K, C].</summary>
    internal void Store(int place, float* key, float* value, int heads, int width)
    {
        for (int head = 0; head < heads; head++)
        {
            nint at = head * HeadStride;
            StoreColumn(KeysByColumn + at, place, key + (head * width), width);
            StoreRow(ValuesByRow + at, place, value + (head * width), width);
        }
    }

    /// <summary>One head's numbers of a place, by rows.</summary>
    internal void StoreRow(float* head, int place, float* x, int width) => VectorMath.Copy(x, head + ((nint)place * PaddedWidth), width);

    /// <summary>One head's numbers of a place, by columns.</summary>
    internal void StoreColumn(float* head, int place, float* x, int width)
    {
        float* column = head + ((nint)(place / Gemm.PanelWidth) * Gemm.PanelWidth * PaddedWidth) + (place % Gemm.PanelWidth);
        for (int i = 0; i < width; i++)
        {
            column[i * Gemm.PanelWidth] = x[i];
        }
    }
}
