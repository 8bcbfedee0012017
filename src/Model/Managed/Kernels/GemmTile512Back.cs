using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cppo.Model.Managed.Kernels;

/// <summary>Tiles of the way back: 8 inputs, whose weights are read from panels, by 16, 32 or 48 rows.</summary>
internal static unsafe partial class GemmTile512
{
    private const int BackInputs = 8;

    private const int PanelRow = 32;

    /// <summary>
    /// sums[inputs, width] = or += the product of so many outputs' panels, each <paramref name="inputs"/> rows, with byOutput[outputs,
    /// width].
    /// </summary>
    internal static void Back(int width, float* panels, int inputs, int outputs, float* byOutput, bool isFirst, float* sums)
    {
        nint panelStep = (nint)inputs * PanelRow;
        for (int input = 0; input < inputs; input += BackInputs)
        {
            int count = Math.Min(BackInputs, inputs - input);
            float* from = panels + (input * PanelRow);
            float* to = sums + ((nint)input * width);
            switch (width)
            {
                case 16:
                    Back16(count, from, panelStep, outputs, byOutput, isFirst, to);
                    break;
                case 32:
                    Back32(count, from, panelStep, outputs, byOutput, isFirst, to);
                    break;
                default:
                    Back48(count, from, panelStep, outputs, byOutput, isFirst, to);
                    break;
            }
        }
    }

    /// <summary>16 rows.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Back16(int inputs, float* a, nint panelStep, int count, float* y, bool isFirst, float* c)
    {
        int last = inputs - 1;
        float* a1 = a + (Math.Min(1, last) * PanelRow);
        float* a2 = a + (Math.Min(2, last) * PanelRow);
        float* a3 = a + (Math.Min(3, last) * PanelRow);
        float* a4 = a + (Math.Min(4, last) * PanelRow);
        float* a5 = a + (Math.Min(5, last) * PanelRow);
        float* a6 = a + (Math.Min(6, last) * PanelRow);
        float* a7 = a + (Math.Min(7, last) * PanelRow);
        Vector512<float> c00 = default,
            c10 = default,
            c20 = default,
            c30 = default;
        Vector512<float> c40 = default,
            c50 = default,
            c60 = default,
            c70 = default;
        nint at = 0;
        for (int left = count; left > 0; left -= PanelRow, at += panelStep - PanelRow)
        {
            // The next inputs' weights of this panel, half a line a step.
            float* ahead = a + at + (BackInputs * PanelRow);
            float* end = y + (Math.Min(left, PanelRow) * 16);
            for (; y < end; y += 16, at++, ahead += PanelRow / 4)
            {
                Sse.Prefetch0(ahead);
                var y0 = Vector512.Load(y);
                var x = Vector512.Create(a[at]);
                c00 = Avx512F.FusedMultiplyAdd(x, y0, c00);
                x = Vector512.Create(a1[at]);
                c10 = Avx512F.FusedMultiplyAdd(x, y0, c10);
                x = Vector512.Create(a2[at]);
                c20 = Avx512F.FusedMultiplyAdd(x, y0, c20);
                x = Vector512.Create(a3[at]);
                c30 = Avx512F.FusedMultiplyAdd(x, y0, c30);
                x = Vector512.Create(a4[at]);
                c40 = Avx512F.FusedMultiplyAdd(x, y0, c40);
                x = Vector512.Create(a5[at]);
                c50 = Avx512F.FusedMultiplyAdd(x, y0, c50);
                x = Vector512.Create(a6[at]);
                c60 = Avx512F.FusedMultiplyAdd(x, y0, c60);
                x = Vector512.Create(a7[at]);
                c70 = Avx512F.FusedMultiplyAdd(x, y0, c70);
            }
        }

        float* start = isFirst ? null : c;
        StoreHalf(c00, 0, last, start, 16, c, 16);
        StoreHalf(c10, 1, last, start, 16, c, 16);
        StoreHalf(c20, 2, last, start, 16, c, 16);
        StoreHalf(c30, 3, last, start, 16, c, 16);
        StoreHalf(c40, 4, last, start, 16, c, 16);
        StoreHalf(c50, 5, last, start, 16, c, 16);
        StoreHalf(c60, 6, last, start, 16, c, 16);
        StoreHalf(c70, 7, last, start, 16, c, 16);
    }

    /// <summary>32 rows.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Back32(int inputs, float* a, nint panelStep, int count, float* y, bool isFirst, float* c)
    {
        int last = inputs - 1;
        float* a1 = a + (Math.Min(1, last) * PanelRow);
        float* a2 = a + (Math.Min(2, last) * PanelRow);
        float* a3 = a + (Math.Min(3, last) * PanelRow);
        float* a4 = a + (Math.Min(4, last) * PanelRow);
        float* a5 = a + (Math.Min(5, last) * PanelRow);
        float* a6 = a + (Math.Min(6, last) * PanelRow);
        float* a7 = a + (Math.Min(7, last) * PanelRow);
        Vector512<float> c00 = default,
            c01 = default,
            c10 = default,
            c11 = default,
            c20 = default,
            c21 = default,
            c30 = default,
            c31 = default;
        Vector512<float> c40 = default,
            c41 = default,
            c50 = default,
            c51 = default,
            c60 = default,
            c61 = default,
            c70 = default,
            c71 = default;
        nint at = 0;
        for (int left = count; left > 0; left -= PanelRow, at += panelStep - PanelRow)
        {
            // The next inputs' weights of this panel, half a line a step.
            float* ahead = a + at + (BackInputs * PanelRow);
            float* end = y + (Math.Min(left, PanelRow) * 32);
            for (; y < end; y += 32, at++, ahead += PanelRow / 4)
            {
                Sse.Prefetch0(ahead);
                var y0 = Vector512.Load(y);
                var y1 = Vector512.Load(y + 16);
                var x = Vector512.Create(a[at]);
                c00 = Avx512F.FusedMultiplyAdd(x, y0, c00);
                c01 = Avx512F.FusedMultiplyAdd(x, y1, c01);
                x = Vector512.Create(a1[at]);
                c10 = Avx512F.FusedMultiplyAdd(x, y0, c10);
                c11 = Avx512F.FusedMultiplyAdd(x, y1, c11);
                x = Vector512.Create(a2[at]);
                c20 = Avx512F.FusedMultiplyAdd(x, y0, c20);
                c21 = Avx512F.FusedMultiplyAdd(x, y1, c21);
                x = Vector512.Create(a3[at]);
                c30 = Avx512F.FusedMultiplyAdd(x, y0, c30);
                c31 = Avx512F.FusedMultiplyAdd(x, y1, c31);
                x = Vector512.Create(a4[at]);
                c40 = Avx512F.FusedMultiplyAdd(x, y0, c40);
                c41 = Avx512F.FusedMultiplyAdd(x, y1, c41);
                x = Vector512.Create(a5[at]);
                c50 = Avx512F.FusedMultiplyAdd(x, y0, c50);
                c51 = Avx512F.FusedMultiplyAdd(x, y1, c51);
                x = Vector512.Create(a6[at]);
                c60 = Avx512F.FusedMultiplyAdd(x, y0, c60);
                c61 = Avx512F.FusedMultiplyAdd(x, y1, c61);
                x = Vector512.Create(a7[at]);
                c70 = Avx512F.FusedMultiplyAdd(x, y0, c70);
                c71 = Avx512F.FusedMultiplyAdd(x, y1, c71);
            }
        }

        float* start = isFirst ? null : c;
        StoreHalf(c00, 0, last, start, 32, c, 32);
        StoreHalf(c01, 0, last, start == null ? null : start + 16, 32, c + 16, 32);
        StoreHalf(c10, 1, last, start, 32, c, 32);
        StoreHalf(c11, 1, last, start == null ? null : start + 16, 32, c + 16, 32);
        StoreHalf(c20, 2, last, start, 32, c, 32);
        StoreHalf(c21, 2, last, start == null ? null : start + 16, 32, c + 16, 32);
        StoreHalf(c30, 3, last, start, 32, c, 32);
        StoreHalf(c31, 3, last, start == null ? null : start + 16, 32, c + 16, 32);
        StoreHalf(c40, 4, last, start, 32, c, 32);
        StoreHalf(c41, 4, last, start == null ? null : start + 16, 32, c + 16, 32);
        StoreHalf(c50, 5, last, start, 32, c, 32);
        StoreHalf(c51, 5, last, start == null ? null : start + 16, 32, c + 16, 32);
        StoreHalf(c60, 6, last, start, 32, c, 32);
        StoreHalf(c61, 6, last, start == null ? null : start + 16, 32, c + 16, 32);
        StoreHalf(c70, 7, last, start, 32, c, 32);
        StoreHalf(c71, 7, last, start == null ? null : start + 16, 32, c + 16, 32);
    }

    /// <summary>48 rows.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Back48(int inputs, float* a, nint panelStep, int count, float* y, bool isFirst, float* c)
    {
        int last = inputs - 1;
        float* a1 = a + (Math.Min(1, last) * PanelRow);
        float* a2 = a + (Math.Min(2, last) * PanelRow);
        float* a3 = a + (Math.Min(3, last) * PanelRow);
        float* a4 = a + (Math.Min(4, last) * PanelRow);
        float* a5 = a + (Math.Min(5, last) * PanelRow);
        float* a6 = a + (Math.Min(6, last) * PanelRow);
        float* a7 = a + (Math.Min(7, last) * PanelRow);
        Vector512<float> c00 = default,
            c01 = default,
            c02 = default,
            c10 = default,
            c11 = default,
            c12 = default,
            c20 = default,
            c21 = default,
            c22 = default,
            c30 = default,
            c31 = default,
            c32 = default;
        Vector512<float> c40 = default,
            c41 = default,
            c42 = default,
            c50 = default,
            c51 = default,
            c52 = default,
            c60 = default,
            c61 = default,
            c62 = default,
            c70 = default,
            c71 = default,
            c72 = default;
        nint at = 0;
        for (int left = count; left > 0; left -= PanelRow, at += panelStep - PanelRow)
        {
            // The next inputs' weights of this panel, half a line a step.
            float* ahead = a + at + (BackInputs * PanelRow);
            float* end = y + (Math.Min(left, PanelRow) * 48);
            for (; y < end; y += 48, at++, ahead += PanelRow / 4)
            {
                Sse.Prefetch0(ahead);
                var y0 = Vector512.Load(y);
                var y1 = Vector512.Load(y + 16);
                var y2 = Vector512.Load(y + 32);
                var x = Vector512.Create(a[at]);
                c00 = Avx512F.FusedMultiplyAdd(x, y0, c00);
                c01 = Avx512F.FusedMultiplyAdd(x, y1, c01);
                c02 = Avx512F.FusedMultiplyAdd(x, y2, c02);
                x = Vector512.Create(a1[at]);
                c10 = Avx512F.FusedMultiplyAdd(x, y0, c10);
                c11 = Avx512F.FusedMultiplyAdd(x, y1, c11);
                c12 = Avx512F.FusedMultiplyAdd(x, y2, c12);
                x = Vector512.Create(a2[at]);
                c20 = Avx512F.FusedMultiplyAdd(x, y0, c20);
                c21 = Avx512F.FusedMultiplyAdd(x, y1, c21);
                c22 = Avx512F.FusedMultiplyAdd(x, y2, c22);
                x = Vector512.Create(a3[at]);
                c30 = Avx512F.FusedMultiplyAdd(x, y0, c30);
                c31 = Avx512F.FusedMultiplyAdd(x, y1, c31);
                c32 = Avx512F.FusedMultiplyAdd(x, y2, c32);
                x = Vector512.Create(a4[at]);
                c40 = Avx512F.FusedMultiplyAdd(x, y0, c40);
                c41 = Avx512F.FusedMultiplyAdd(x, y1, c41);
                c42 = Avx512F.FusedMultiplyAdd(x, y2, c42);
                x = Vector512.Create(a5[at]);
                c50 = Avx512F.FusedMultiplyAdd(x, y0, c50);
                c51 = Avx512F.FusedMultiplyAdd(x, y1, c51);
                c52 = Avx512F.FusedMultiplyAdd(x, y2, c52);
                x = Vector512.Create(a6[at]);
                c60 = Avx512F.FusedMultiplyAdd(x, y0, c60);
                c61 = Avx512F.FusedMultiplyAdd(x, y1, c61);
                c62 = Avx512F.FusedMultiplyAdd(x, y2, c62);
                x = Vector512.Create(a7[at]);
                c70 = Avx512F.FusedMultiplyAdd(x, y0, c70);
                c71 = Avx512F.FusedMultiplyAdd(x, y1, c71);
                c72 = Avx512F.FusedMultiplyAdd(x, y2, c72);
            }
        }

        float* start = isFirst ? null : c;
        StoreHalf(c00, 0, last, start, 48, c, 48);
        StoreHalf(c01, 0, last, start == null ? null : start + 16, 48, c + 16, 48);
        StoreHalf(c02, 0, last, start == null ? null : start + 32, 48, c + 32, 48);
        StoreHalf(c10, 1, last, start, 48, c, 48);
        StoreHalf(c11, 1, last, start == null ? null : start + 16, 48, c + 16, 48);
        StoreHalf(c12, 1, last, start == null ? null : start + 32, 48, c + 32, 48);
        StoreHalf(c20, 2, last, start, 48, c, 48);
        StoreHalf(c21, 2, last, start == null ? null : start + 16, 48, c + 16, 48);
        StoreHalf(c22, 2, last, start == null ? null : start + 32, 48, c + 32, 48);
        StoreHalf(c30, 3, last, start, 48, c, 48);
        StoreHalf(c31, 3, last, start == null ? null : start + 16, 48, c + 16, 48);
        StoreHalf(c32, 3, last, start == null ? null : start + 32, 48, c + 32, 48);
        StoreHalf(c40, 4, last, start, 48, c, 48);
        StoreHalf(c41, 4, last, start == null ? null : start + 16, 48, c + 16, 48);
        StoreHalf(c42, 4, last, start == null ? null : start + 32, 48, c + 32, 48);
        StoreHalf(c50, 5, last, start, 48, c, 48);
        StoreHalf(c51, 5, last, start == null ? null : start + 16, 48, c + 16, 48);
        StoreHalf(c52, 5, last, start == null ? null : start + 32, 48, c + 32, 48);
        StoreHalf(c60, 6, last, start, 48, c, 48);
        StoreHalf(c61, 6, last, start == null ? null : start + 16, 48, c + 16, 48);
        StoreHalf(c62, 6, last, start == null ? null : start + 32, 48, c + 32, 48);
        StoreHalf(c70, 7, last, start, 48, c, 48);
        StoreHalf(c71, 7, last, start == null ? null : start + 16, 48, c + 16, 48);
        StoreHalf(c72, 7, last, start == null ? null : start + 32, 48, c + 32, 48);
    }
}
