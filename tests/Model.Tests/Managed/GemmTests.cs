using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Kernels.Precision;

namespace Cppo.Model.Tests.Managed;

public sealed unsafe class GemmTests
{
    public static TheoryData<string, int, int, int> Shapes()
    {
        var data = new TheoryData<string, int, int, int>();
        foreach (var level in SimdLevels.Supported)
        {
            foreach (
                var (m, k, n) in new[]
                {
                    (1, 1, 1),
                    (8, 16, 32),
                    (7, 5, 31),
                    (13, 33, 50),
                    (25, 128, 96),
                    (3, 1100, 40),
                    (2, 37, 64),
                    (1, 1030, 32),
                    (61, 70, 7),
                    (20, 40, 48),
                    (3, 9, 16),
                    (48, 2100, 77),
                    (33, 64, 24),
                }
            )
            {
                data.Add(level.ToString(), m, k, n);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Product_with_packed_weights_matches_the_sum(string level, int m, int k, int n)
    {
        using AlignedBuffer a = Numbers.Make(m * k, 1),
            w = Numbers.Make(n * k, 2),
            c = Numbers.Make(m * n, 3),
            start = Numbers.Make(m * n, 3);
        using var panels = Numbers.Zeros((int)PackedMatrix.Size(k, n));
        var b = new PackedMatrix(panels.Pointer, k, n);
        b.SetColumns(0, n, w.Pointer);
        double Product(int i) => Enumerable.Range(0, k).Sum(j => (double)a.Pointer[(i / n * k) + j] * w.Pointer[(i % n * k) + j]);
        Gemm.Multiply(Enum.Parse<SimdLevel>(level), m, a.Pointer, k, b, c.Pointer, n, c.Pointer, n);
        Numbers.Near(c, m * n, i => start.Pointer[i] + Product(i), 1e-5 * k);
        Gemm.Multiply(Enum.Parse<SimdLevel>(level), m, a.Pointer, k, b, c.Pointer, n);
        Numbers.Near(c, m * n, Product, 1e-5 * k);
        Gemm.Multiply(Enum.Parse<SimdLevel>(level), m, a.Pointer, k, b, start.Pointer, 0, c.Pointer, n);
        Numbers.Near(c, m * n, i => start.Pointer[i % n] + Product(i), 1e-5 * k);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_product_without_rows_writes_nothing(string level, int m, int k, int n)
    {
        using AlignedBuffer a = Numbers.Make(m * k, 1),
            w = Numbers.Make(k * n, 2),
            c = Numbers.Make(n, 3);
        float[] before = c.Span(n).ToArray();
        using var panels = Numbers.Zeros((int)PackedMatrix.Size(k, n));
        var b = new PackedMatrix(panels.Pointer, k, n);
        b.SetColumns(0, n, w.Pointer);
        Gemm.Multiply(Enum.Parse<SimdLevel>(level), 0, a.Pointer + k, k, b, c.Pointer, n, c.Pointer, n);
        Assert.Equal(before, c.Span(n).ToArray());
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_row_does_not_depend_on_the_rows_beside_it(string level, int m, int k, int n)
    {
        using AlignedBuffer a = Numbers.Make(m * k, 1),
            w = Numbers.Make(k * n, 2),
            together = Numbers.Zeros(m * n),
            alone = Numbers.Zeros(n);
        using var panels = Numbers.Zeros((int)PackedMatrix.Size(k, n));
        var b = new PackedMatrix(panels.Pointer, k, n);
        b.SetColumns(0, n, w.Pointer);
        Gemm.Multiply(Enum.Parse<SimdLevel>(level), m, a.Pointer, k, b, together.Pointer, n);
        for (int row = 0; row < m; row++)
        {
            Gemm.Multiply(Enum.Parse<SimdLevel>(level), 1, a.Pointer + (row * k), k, b, alone.Pointer, n);
            Assert.True(new Span<float>(together.Pointer + (row * n), n).SequenceEqual(alone.Span(n)), $"row {row}");
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Weight_gradients_match_the_sum(string level, int outputs, int rows, int inputs)
    {
        using AlignedBuffer dy = Numbers.Make(rows * outputs, 1),
            x = Numbers.Make(rows * inputs, 2);
        using AlignedBuffer dw = Numbers.Make(outputs * inputs, 3),
            panels = Numbers.Zeros((int)PackedMatrix.Size(inputs, outputs)),
            sums = Numbers.Zeros(outputs * inputs),
            outputBuffer = new(Strips.Size(WeightGradient.OutputStrip, rows, outputs)),
            inputBuffer = new(Strips.Size(WeightGradient.InputStrip, rows, inputs));
        var matrix = new PackedMatrix(panels.Pointer, inputs, outputs);
        matrix.SetColumns(0, outputs, dw.Pointer);
        Strips packedOutputs = Strips.Packed(outputBuffer.Pointer, WeightGradient.OutputStrip, rows),
            packedInputs = Strips.Packed(inputBuffer.Pointer, WeightGradient.InputStrip, rows);
        packedOutputs.Store(0, rows, dy.Pointer, outputs, outputs);
        packedInputs.Store(0, rows, x.Pointer, inputs, inputs);
        int half = rows / 2;
        for (int panel = 0; panel < matrix.NumPanels; panel++)
        {
            WeightGradient.Add(Enum.Parse<SimdLevel>(level), panel, 0, half, packedOutputs, packedInputs, matrix);
            WeightGradient.Add(
                Enum.Parse<SimdLevel>(level),
                panel,
                half,
                rows,
                Strips.OfRows(dy.Pointer, WeightGradient.OutputStrip, outputs),
                Strips.OfRows(x.Pointer, WeightGradient.InputStrip, inputs),
                matrix
            );
        }

        matrix.GetColumns(0, outputs, sums.Pointer);
        Numbers.Near(
            sums,
            outputs * inputs,
            i =>
                dw.Pointer[i]
                + Enumerable
                    .Range(0, rows)
                    .Sum(r => (double)dy.Pointer[(r * outputs) + (i / inputs)] * x.Pointer[(r * inputs) + (i % inputs)]),
            1e-5 * rows
        );
        Assert.All(Enumerable.Range(outputs, (matrix.NumPanels * Gemm.PanelWidth) - outputs), o => Assert.Equal(0, *matrix.Column(o)));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_way_back_on_the_same_panels_has_the_bits_of_a_product_with_panels_of_its_own(string level, int m, int k, int n)
    {
        // A layer of k outputs and n inputs.
        int rows = Math.Min(m, BackProduct.MaxRows);
        using AlignedBuffer dy = Numbers.Make(rows * k, 1),
            w = Numbers.Make(k * n, 2),
            byColumn = Numbers.Make(n * k, 3),
            panels = Numbers.Zeros((int)PackedMatrix.Size(n, k)),
            own = Numbers.Zeros((int)PackedMatrix.Size(k, n)),
            scratch = Numbers.Make((int)BackProduct.ScratchFloats(n), 4),
            dx = Numbers.Zeros(rows * n),
            expected = Numbers.Zeros(rows * n);
        var forward = new PackedMatrix(panels.Pointer, n, k);
        forward.SetColumns(0, k, w.Pointer);
        Transposition.Matrix(w.Pointer, n, k, n, byColumn.Pointer, k);
        var back = new PackedMatrix(own.Pointer, k, n);
        back.SetColumns(0, n, byColumn.Pointer);
        Gemm.Multiply(Enum.Parse<SimdLevel>(level), rows, dy.Pointer, k, back, expected.Pointer, n);
        BackProduct.Multiply(Enum.Parse<SimdLevel>(level), rows, dy.Pointer, k, forward, dx.Pointer, n, scratch.Pointer);
        Assert.Equal(expected.Span(rows * n).ToArray(), dx.Span(rows * n).ToArray());
    }
}
