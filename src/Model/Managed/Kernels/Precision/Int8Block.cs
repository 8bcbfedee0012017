// Letters: M rows of A and C.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cppo.Model.Managed.Kernels.Precision;

/// <summary>
/// A block of prepared rows, a record of four cache lines each: high parts and then low parts, a byte each, or numbers of two bytes for
/// kernels without 8-bit products; then the block's scale, what a sum over high parts (or numbers) begins with, the same for low parts, and
/// whether the block is wide. Sums begin with minus 128 times the sum of the row's, since weights are stored with 128 added.
/// </summary>
internal readonly unsafe struct Int8Rows(byte* first)
{
    /// <summary>Bytes from a row to the next.</summary>
    internal const int Stride = 256;

    internal const int Low = Int8.Block;
    internal const int Scale = 2 * Int8.Block;
    internal const int HighSum = Scale + sizeof(float);
    internal const int LowSum = HighSum + sizeof(int);

    private const int Wide = LowSum + sizeof(int);

    /// <summary>The first row's record; all else lies so many bytes behind a row's.</summary>
    internal byte* First { get; } = first;

    /// <summary>The rows from one on.</summary>
    internal Int8Rows From(int row) => new(First + ((nint)row * Stride));

    /// <summary>Whether one of the first rows is wide.</summary>
    internal bool AnyWide(int count)
    {
        int any = 0;
        for (int i = 0; i < count; i++)
        {
            any |= *(int*)(First + (i * Stride) + Wide);
        }

        return any != 0;
    }

    /// <summary>Sets what goes with the first row's numbers.</summary>
    internal void Describe(float scale, int highSum, int lowSum, bool wide)
    {
        *(float*)(First + Scale) = scale;
        *(int*)(First + HighSum) = highSum;
        *(int*)(First + LowSum) = lowSum;
        *(int*)(First + Wide) = wide ? 1 : 0;
    }
}

/// <summary>A block of a panel with the same block of the rows that it is multiplied with.</summary>
internal readonly unsafe struct Int8Block(Int8Rows rows, byte* weights, float* scales, int quads, FetchAhead ahead)
{
    internal readonly Int8Rows Rows = rows;

    /// <summary>For each four rows of the factor the 32 columns' four bytes.</summary>
    internal readonly byte* Weights = weights;

    /// <summary>[32].</summary>
    internal readonly float* Scales = scales;

    /// <summary>The block's rows of the factor, in fours.</summary>
    internal readonly nint Quads = quads;
    internal readonly FetchAhead Ahead = ahead;

    /// <summary>C = S + sums * (row scale * column scales), 8 columns of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store(Vector256<int> sums, byte* rowScale, float* scales, float* start, float* c)
    {
        var product = Vector256.ConvertToSingle(sums) * (Vector256.Create(*(float*)rowScale) * Vector256.Load(scales));
        (Vector256.Load(start) + product).Store(c);
    }
}
