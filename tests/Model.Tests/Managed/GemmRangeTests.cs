using Cppo.Model.Managed.Kernels;

namespace Cppo.Model.Tests.Managed;

/// <summary>Products with some panels of a matrix, small ones and those that are fetched ahead.</summary>
public sealed unsafe class GemmRangeTests
{
    public static TheoryData<string, int, int, int> Shapes()
    {
        var data = new TheoryData<string, int, int, int>();
        foreach (var level in SimdLevels.Supported)
        {
            foreach (
                var (m, k, n) in new[] { (5, 40, 100), (16, 1100, 70), (3, 2100, 544), (8, 2100, 544), (21, 1030, 1100), (70, 2050, 544) }
            )
            {
                data.Add(level.ToString(), m, k, n);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Ranges_of_panels_give_the_bits_of_each_row_and_panel_alone_and_touch_nothing_else(string level, int m, int k, int n)
    {
        var simd = Enum.Parse<SimdLevel>(level);
        using AlignedBuffer a = Numbers.Make(m * k, 1),
            panels = Numbers.Make((int)PackedMatrix.Size(k, n), 2),
            start = Numbers.Make(m * n, 3),
            expected = new AlignedBuffer(m * n),
            actual = new AlignedBuffer(m * n);
        var b = new PackedMatrix(panels.Pointer, k, n);
        for (int row = 0; row < m; row++)
        {
            Gemm.Multiply(simd, 1, a.Pointer + (row * k), k, b, start.Pointer + (row * n), n, expected.Pointer + (row * n), n);
        }

        Gemm.Multiply(simd, m, a.Pointer, k, b, start.Pointer, n, actual.Pointer, n);
        Assert.Equal(expected.Span(m * n).ToArray(), actual.Span(m * n).ToArray());
        foreach (int atATime in new[] { 1, 3 })
        {
            actual.Span(m * n).Fill(7);
            for (int first = 0; first < b.NumPanels; first += atATime)
            {
                int end = Math.Min(first + atATime, b.NumPanels),
                    column = end * Gemm.PanelWidth;
                Gemm.Multiply(simd, m, a.Pointer, k, b, first, end, start.Pointer, n, actual.Pointer, n);
                Assert.All(actual.Span(m * n).ToArray().Where((_, i) => i % n >= column), value => Assert.Equal(7, value));
            }

            Assert.Equal(expected.Span(m * n).ToArray(), actual.Span(m * n).ToArray());
        }
    }
}
