using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Kernels.Precision;
using Cppo.Model.Weights;

namespace Cppo.Model.Tests.Managed.Precision;

public sealed unsafe class RightFactorTests
{
    private static readonly (int M, int K, int N)[] AllShapes =
    [
        (1, 1, 1),
        (2, 3, 33),
        (3, 1100, 40),
        (4, 37, 64),
        (5, 128, 32),
        (7, 129, 31),
        (8, 16, 32),
        (9, 2309, 50),
        (13, 33, 96),
        (16, 896, 65),
        (17, 255, 128),
        (25, 130, 48),
        (40, 300, 97),
    ];

    public static TheoryData<string, string, int, int, int> Shapes() => OfEachLevel(Enum.GetValues<WeightPrecision>());

    public static TheoryData<string, string, int, int, int> FloatShapes() => OfEachLevel(WeightPrecision.Float32, WeightPrecision.BFloat16);

    private static TheoryData<string, string, int, int, int> OfEachLevel(params WeightPrecision[] precisions)
    {
        var data = new TheoryData<string, string, int, int, int>();
        foreach (var level in SimdLevels.Supported)
        {
            foreach (var precision in precisions)
            {
                foreach (var (m, k, n) in AllShapes)
                {
                    data.Add(level.ToString(), precision.ToString(), m, k, n);
                }
            }
        }

        return data;
    }

    public static TheoryData<string, string> LevelsAndPrecisions()
    {
        var data = new TheoryData<string, string>();
        foreach (var level in SimdLevels.Supported)
        {
            foreach (var precision in Enum.GetValues<WeightPrecision>())
            {
                data.Add(level.ToString(), precision.ToString());
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_product_is_the_sum_over_the_factors_own_weights(string level, string precision, int m, int k, int n)
    {
        using AlignedBuffer a = Numbers.Make(m * k, 1),
            w = Numbers.Make(n * k, 2),
            c = Numbers.Make(m * n, 3),
            start = Numbers.Make(m * n, 3);
        using var b = new PackedFactor(Enum.Parse<WeightPrecision>(precision), w, k, n);
        float[][] columns = b.Columns();
        double Product(int i) => Enumerable.Range(0, k).Sum(j => (double)a.Pointer[(i / n * k) + j] * columns[i % n][j]);

        // A row in int8 is wrong by half a unit of its high part at most where it is not wide: 1/254 of a number up to 1.
        bool isInt8 = precision == nameof(WeightPrecision.Int8);
        double tolerance = (1e-5 * k) + (isInt8 ? 5 * Math.Sqrt(k) / 254 : 0);
        var simd = Enum.Parse<SimdLevel>(level);
        int panels = b.Factor.NumPanels;
        b.Multiply(simd, m, a.Pointer, 0, panels, c.Pointer, n, c.Pointer, n);
        Numbers.Near(c, m * n, i => start.Pointer[i] + Product(i), tolerance);
        b.Multiply(simd, m, a.Pointer, 0, panels, start.Pointer, n, c.Pointer, n);
        Numbers.Near(c, m * n, i => start.Pointer[i] + Product(i), tolerance);
        b.Multiply(simd, m, a.Pointer, 0, panels, start.Pointer, 0, c.Pointer, n);
        Numbers.Near(c, m * n, i => start.Pointer[i % n] + Product(i), tolerance);
        b.Multiply(simd, m, a.Pointer, c.Pointer);
        Numbers.Near(c, m * n, Product, tolerance);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Neither_the_rows_beside_it_nor_the_split_into_panels_changes_a_rows_bits(
        string level,
        string precision,
        int m,
        int k,
        int n
    )
    {
        using AlignedBuffer a = Numbers.Make(m * k, 1),
            w = Numbers.Make(n * k, 2),
            start = Numbers.Make(m * n, 3),
            whole = Numbers.Zeros(m * n),
            split = Numbers.Zeros(m * n),
            alone = Numbers.Zeros(n);
        a.Pointer[k / 2] = 40;
        using var b = new PackedFactor(Enum.Parse<WeightPrecision>(precision), w, k, n);
        var simd = Enum.Parse<SimdLevel>(level);
        b.Multiply(simd, m, a.Pointer, 0, b.Factor.NumPanels, start.Pointer, n, whole.Pointer, n);
        for (int p = b.Factor.NumPanels - 1; p >= 0; p--)
        {
            b.Multiply(simd, m, a.Pointer, p, p + 1, start.Pointer, n, split.Pointer, n);
        }

        Assert.True(whole.Span(m * n).SequenceEqual(split.Span(m * n)), "split");
        for (int row = 0; row < m; row++)
        {
            b.Multiply(simd, 1, a.Pointer + (row * k), 0, b.Factor.NumPanels, start.Pointer + (row * n), n, alone.Pointer, n);
            Assert.True(new Span<float>(whole.Pointer + (row * n), n).SequenceEqual(alone.Span(n)), $"row {row}");
        }
    }

    [Theory]
    [MemberData(nameof(LevelsAndPrecisions))]
    public void Every_number_of_rows_writes_its_rows_and_nothing_beside_them(string level, string precision)
    {
        const int k = 50,
            n = 75,
            cRow = 80,
            most = 40;
        using AlignedBuffer a = Numbers.Make(most * k, 1),
            w = Numbers.Make(n * k, 2),
            all = Numbers.Zeros(most * cRow),
            c = Numbers.Zeros((most + 1) * cRow);
        using var b = new PackedFactor(Enum.Parse<WeightPrecision>(precision), w, k, n);
        var simd = Enum.Parse<SimdLevel>(level);
        b.Multiply(simd, most, a.Pointer, 0, b.Factor.NumPanels, null, 0, all.Pointer, cRow);
        for (int m = 0; m <= most; m++)
        {
            c.Span((int)c.Length).Fill(-7);
            b.Multiply(simd, m, a.Pointer, 0, b.Factor.NumPanels, null, 0, c.Pointer, cRow);
            for (int i = 0; i < c.Length; i++)
            {
                float expected = i / cRow < m && i % cRow < n ? all.Pointer[i] : -7;
                Assert.True(expected.Equals(c.Pointer[i]), $"{m} rows, row {i / cRow}, column {i % cRow}: {c.Pointer[i]}, not {expected}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(FloatShapes))]
    public void Fp32_has_the_bits_of_packed_matrices_and_bf16_those_of_rounded_ones(string level, string precision, int m, int k, int n)
    {
        using AlignedBuffer a = Numbers.Make(m * k, 1),
            w = Numbers.Make(n * k, 2),
            start = Numbers.Make(n, 3),
            expected = Numbers.Zeros(m * n),
            c = Numbers.Zeros(m * n);
        using var b = new PackedFactor(Enum.Parse<WeightPrecision>(precision), w, k, n);
        for (int i = 0; precision == nameof(WeightPrecision.BFloat16) && i < n * k; i++)
        {
            w.Pointer[i] = BitConverter.UInt32BitsToSingle((uint)BFloat16.Round(w.Pointer[i]) << 16);
        }

        b.Matrix.SetColumns(0, n, w.Pointer);
        var simd = Enum.Parse<SimdLevel>(level);
        Gemm.Multiply(simd, m, a.Pointer, k, b.Matrix, start.Pointer, 0, expected.Pointer, n);
        b.Multiply(simd, m, a.Pointer, 0, b.Factor.NumPanels, start.Pointer, 0, c.Pointer, n);
        Assert.True(expected.Span(m * n).SequenceEqual(c.Span(m * n)));
    }

    [Fact]
    public void A_packed_matrix_is_a_factor_without_a_copy()
    {
        using var w = Numbers.Make(50 * 40, 1);
        using var b = new PackedFactor(WeightPrecision.Float32, w, 40, 50);
        var factor = RightFactor.Of(b.Matrix);
        Assert.True(factor.Panels == b.Matrix.Panels);
        Assert.Equal((40, 50, 2), (factor.Rows, factor.Columns, factor.NumPanels));
        Assert.Equal(PackedMatrix.Size(40, 50) * sizeof(float), RightFactor.Bytes(WeightPrecision.Float32, 40, 50));
    }

    [Theory]
    [InlineData("Float32", 37, 64)]
    [InlineData("Float32", 16, 31)]
    [InlineData("BFloat16", 37, 64)]
    [InlineData("BFloat16", 301, 50)]
    [InlineData("Int8", 37, 64)]
    [InlineData("Int8", 301, 50)]
    [InlineData("Int8", 96, 33)]
    public void Packing_outputs_as_they_are_read_gives_the_same_bytes(string precision, int k, int n)
    {
        using var w = Numbers.Make(n * k, 2);
        using var b = new PackedFactor(Enum.Parse<WeightPrecision>(precision), w, k, n);
        byte[] packed = b.Bytes().ToArray();
        for (int p = 0; p < b.Factor.NumPanels; p++)
        {
            b.Factor.PackOutputs(w.Pointer + ((nint)p * Gemm.PanelWidth * k), p);
        }

        Assert.True(b.Bytes().SequenceEqual(packed));
    }

    [Theory]
    [InlineData("Float32", 0)]
    [InlineData("BFloat16", 1 / 256.0)]
    [InlineData("Int8", 1 / 254.0)]
    public void A_column_comes_back_as_near_as_the_precision_allows(string precision, double tolerance)
    {
        const int k = 301,
            n = 70;
        using var w = Numbers.Make(n * k, 2);
        using var b = new PackedFactor(Enum.Parse<WeightPrecision>(precision), w, k, n);
        float[][] columns = b.Columns();
        double furthest = Enumerable.Range(0, n * k).Max(i => Math.Abs(columns[i / k][i % k] - (double)w.Pointer[i]));
        Assert.InRange(furthest, tolerance / 4, (tolerance * 1.0001) + 1e-12);
    }

    [Fact]
    public void Packing_in_bf16_rounds_to_nearest_even_and_keeps_what_is_not_finite()
    {
        uint[] bits = [0x3F808000, 0x3F818000, 0x3F808001, 0x80000001, 0x7F7FFFFF, 0x7F800000, 0xFF800000, 0x7FFFFFFF, 0xFF800001, 0];
        using var w = Numbers.Zeros(bits.Length);
        bits.AsSpan().CopyTo(new Span<uint>(w.Pointer, bits.Length));
        using var b = new PackedFactor(WeightPrecision.BFloat16, w, bits.Length, 1);
        Assert.Equal(
            bits.Select(x => (uint)BFloat16.Round(BitConverter.UInt32BitsToSingle(x)) << 16),
            b.Columns()[0].Select(BitConverter.SingleToUInt32Bits)
        );
    }
}
