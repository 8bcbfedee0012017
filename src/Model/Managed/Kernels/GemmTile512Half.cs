using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cppo.Model.Managed.Kernels;

/// <summary>Tiles of half a panel, where a product ends.</summary>
internal static unsafe partial class GemmTile512
{
    /// <summary>16 columns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void RunHalf(
        int rows,
        float* a,
        nint aRow,
        nint aColumn,
        float* b,
        nint bRow,
        nint k,
        float* start,
        nint startRow,
        float* c,
        nint cRow
    )
    {
        int last = rows - 1;
        float* a0 = a;
        float* a1 = a + (Math.Min(1, last) * aRow);
        float* a2 = a + (Math.Min(2, last) * aRow);
        float* a3 = a + (Math.Min(3, last) * aRow);
        float* a4 = a + (Math.Min(4, last) * aRow);
        float* a5 = a + (Math.Min(5, last) * aRow);
        float* a6 = a + (Math.Min(6, last) * aRow);
        float* a7 = a + (Math.Min(7, last) * aRow);
        Vector512<float> c0 = default,
            c1 = default,
            c2 = default,
            c3 = default,
            c4 = default,
            c5 = default,
            c6 = default,
            c7 = default;
        float* end = b + (k * bRow);
        for (nint at = 0; b < end; b += bRow, at += aColumn)
        {
            var x = Vector512.Load(b);
            c0 = Avx512F.FusedMultiplyAdd(Vector512.Create(a0[at]), x, c0);
            c1 = Avx512F.FusedMultiplyAdd(Vector512.Create(a1[at]), x, c1);
            c2 = Avx512F.FusedMultiplyAdd(Vector512.Create(a2[at]), x, c2);
            c3 = Avx512F.FusedMultiplyAdd(Vector512.Create(a3[at]), x, c3);
            c4 = Avx512F.FusedMultiplyAdd(Vector512.Create(a4[at]), x, c4);
            c5 = Avx512F.FusedMultiplyAdd(Vector512.Create(a5[at]), x, c5);
            c6 = Avx512F.FusedMultiplyAdd(Vector512.Create(a6[at]), x, c6);
            c7 = Avx512F.FusedMultiplyAdd(Vector512.Create(a7[at]), x, c7);
        }

        StoreHalf(c0, 0, last, start, startRow, c, cRow);
        StoreHalf(c1, 1, last, start, startRow, c, cRow);
        StoreHalf(c2, 2, last, start, startRow, c, cRow);
        StoreHalf(c3, 3, last, start, startRow, c, cRow);
        StoreHalf(c4, 4, last, start, startRow, c, cRow);
        StoreHalf(c5, 5, last, start, startRow, c, cRow);
        StoreHalf(c6, 6, last, start, startRow, c, cRow);
        StoreHalf(c7, 7, last, start, startRow, c, cRow);
    }
}
