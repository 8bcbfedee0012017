using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Kernels.Precision;

namespace Cppo.Model.Tests.Managed.Precision;

public sealed unsafe class Int8ProductTests
{
    public static TheoryData<string> Kernels()
    {
        var data = new TheoryData<string>();
        var best = Int8Kernels.At(SimdLevels.Best);
        foreach (var kernel in Enum.GetValues<Int8Kernel>())
        {
            if (kernel <= best)
            {
                data.Add(kernel.ToString());
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Every_kernel_has_the_bits_of_exact_sums(string kernel)
    {
        foreach (var (m, k, n) in new[] { (1, 5, 3), (6, 128, 32), (11, 257, 40), (40, 131, 33), (5, 2309, 70), (16, 896, 64) })
        {
            using AlignedBuffer a = Numbers.Make(m * k, 1),
                w = Numbers.Make(n * k, 2, 0.02),
                start = Numbers.Make(n, 3);

            // Some blocks are wide, others not.
            for (int i = 0; i < m * k; i += 401)
            {
                a.Pointer[i] *= 30;
            }

            using var b = new PackedFactor(WeightPrecision.Int8, w, k, n);
            using var c = Multiply(kernel, b, m, a, start.Pointer);
            for (int i = 0; i < m * n; i++)
            {
                float expected = Int8Reference.Product(
                    new ReadOnlySpan<float>(a.Pointer + (i / n * k), k),
                    new ReadOnlySpan<float>(w.Pointer + (i % n * k), k),
                    start.Pointer[i % n]
                );
                Assert.True(expected.Equals(c.Pointer[i]), $"{m} x {k} x {n} at {i}: {c.Pointer[i]:g9}, not {expected:g9}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void The_largest_numbers_everywhere_overflow_no_sum(string kernel)
    {
        const int m = 7,
            k = 4096,
            n = 32;
        using AlignedBuffer a = Numbers.Zeros(m * k),
            w = Numbers.Zeros(n * k);
        a.Span(m * k).Fill(-3);
        w.Span(n * k).Fill(0.5f);
        a.Pointer[0] = -1e6f;
        using var b = new PackedFactor(WeightPrecision.Int8, w, k, n);
        using var c = Multiply(kernel, b, m, a, null);
        for (int i = 0; i < m * n; i++)
        {
            double expected = (-1.5 * k) + (i < n ? -499998.5 : 0);
            Assert.InRange(c.Pointer[i], expected * (i < n ? 1.02 : 1.00001), expected * (i < n ? 0.98 : 0.99999));
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Rows_and_outputs_that_are_not_finite_give_NaN_and_disturb_no_other(string kernel)
    {
        const int m = 6,
            k = 300,
            n = 40;
        using AlignedBuffer a = Numbers.Make(m * k, 1),
            w = Numbers.Make(n * k, 2);
        using var plain = new PackedFactor(WeightPrecision.Int8, w, k, n);
        using var expected = Multiply(kernel, plain, m, a, null);
        a.Pointer[(1 * k) + 290] = float.NaN;
        a.Pointer[(3 * k) + 5] = float.NegativeInfinity;
        new Span<float>(a.Pointer + (4 * k), k).Clear();
        w.Pointer[(7 * k) + 200] = float.PositiveInfinity;
        w.Pointer[(39 * k) + 1] = float.NaN;
        using var b = new PackedFactor(WeightPrecision.Int8, w, k, n);
        using var c = Multiply(kernel, b, m, a, null);
        for (int i = 0; i < m * n; i++)
        {
            float wanted =
                i / n is 1 or 3 || i % n is 7 or 39 ? float.NaN
                : i / n == 4 ? 0
                : expected.Pointer[i];
            Assert.True(wanted.Equals(c.Pointer[i]), $"row {i / n}, column {i % n}: {c.Pointer[i]}, not {wanted}");
        }
    }

    [Theory]
    [InlineData("gaussian", 896, 0.009)]
    [InlineData("gaussian", 4864, 0.009)]
    [InlineData("outliers", 896, 0.009)]
    [InlineData("outliers", 4864, 0.009)]
    [InlineData("spread", 896, 0.009)]
    [InlineData("spread", 4864, 0.009)]
    public void Gaussian_weights_cost_at_most_as_much_as_with_exact_rows_and_a_scale_per_output(string kind, int k, double tolerance)
    {
        const int m = 24,
            n = 64;
        var random = new Random(5);
        using AlignedBuffer a = Numbers.Zeros(m * k),
            w = Numbers.Zeros(n * k);
        for (int i = 0; i < n * k; i++)
        {
            w.Pointer[i] = (float)(0.02 * Gaussian(random));
        }

        for (int i = 0; i < m * k; i++)
        {
            double spread =
                kind == "outliers" && i % k % 149 == 0 ? 60
                : kind == "spread" ? Gaussian(random)
                : 1;
            a.Pointer[i] = (float)(spread * Gaussian(random));
        }

        using var b = new PackedFactor(WeightPrecision.Int8, w, k, n);
        using var c = Multiply(Int8Kernels.At(SimdLevels.Best).ToString(), b, m, a, null);
        double wrong = 0,
            all = 0;
        for (int i = 0; i < m * n; i++)
        {
            double exact = Enumerable.Range(0, k).Sum(j => (double)a.Pointer[(i / n * k) + j] * w.Pointer[(i % n * k) + j]);
            wrong += (c.Pointer[i] - exact) * (c.Pointer[i] - exact);
            all += exact * exact;
        }

        Assert.InRange(Math.Sqrt(wrong / all), 0.003, tolerance);
    }

    private static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static AlignedBuffer Multiply(string kernel, PackedFactor b, int m, AlignedBuffer a, float* start)
    {
        int k = b.Factor.Rows,
            n = b.Factor.Columns;
        var c = Numbers.Zeros(m * n);
        using var prepared = new PreparedRows();
        prepared.Reserve(Enum.Parse<Int8Kernel>(kernel), WeightPrecision.Int8, m, k);
        prepared.Fill(WeightPrecision.Int8, 0, m / 2, a.Pointer, k);
        prepared.Fill(WeightPrecision.Int8, m / 2, m, a.Pointer, k);
        RightFactors.Multiply(SimdLevels.Best, m, null, 0, prepared, b.Factor, 0, b.Factor.NumPanels, start, 0, c.Pointer, n);
        return c;
    }
}
