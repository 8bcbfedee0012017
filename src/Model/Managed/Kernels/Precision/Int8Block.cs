// Letters: M rows of A and C.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cppo.Model.Managed.Kernels.Precision;

/// <summary>One block of prepared rows; offsets are bytes from a row's beginning.</summary>
internal readonly unsafe struct Int8Rows
{
    private readonly nint scale;
    private readonly nint perArray;

    internal Int8Rows(byte* first, nint stride, int block, int blocks)
    {
        First = first;
        Stride = stride;
        High = block * Int8.Block;
        Low = (blocks + block) * Int8.Block;
        Numbers = block * Int8.Block * sizeof(short);
        perArray = (nint)blocks * sizeof(int);
        scale = ((nint)blocks * Int8.Block * 2) + (block * sizeof(int));
    }

    private Int8Rows(in Int8Rows rows, int row)
    {
        this = rows;
        First += row * Stride;
    }

    internal byte* First { get; }

    /// <summary>Bytes from a row to the next.</summary>
    internal nint Stride { get; }

    /// <summary>Where the high parts are.</summary>
    internal nint High { get; }

    /// <summary>Where the low parts are.</summary>
    internal nint Low { get; }

    /// <summary>Where the numbers of 16 bits are, for kernels that take these.</summary>
    internal nint Numbers { get; }

    /// <summary>The rows from one on.</summary>
    internal Int8Rows From(int row) => new(this, row);

    /// <summary>The first row's scale; the others' lie <see cref="Stride"/> behind it each, here and below.</summary>
    internal byte* Scales => First + scale;

    /// <summary>What the first row's sum over high parts (or numbers) begins with, since weights are stored with 128 added.</summary>
    internal byte* HighSums => First + scale + perArray;

    /// <summary>The same for low parts.</summary>
    internal byte* LowSums => First + scale + (2 * perArray);

    /// <summary>Whether one of the first rows is wide.</summary>
    internal bool AnyWide(int count)
    {
        byte* wide = First + scale + (3 * perArray);
        int any = 0;
        for (int i = 0; i < count; i++, wide += Stride)
        {
            any |= *(int*)wide;
        }

        return any != 0;
    }

    /// <summary>Sets what goes with the first row's numbers.</summary>
    internal void Describe(float scaleOfBlock, int highSum, int lowSum, bool wide)
    {
        byte* at = First + scale;
        *(float*)at = scaleOfBlock;
        *(int*)(at + perArray) = highSum;
        *(int*)(at + (2 * perArray)) = lowSum;
        *(int*)(at + (3 * perArray)) = wide ? 1 : 0;
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
