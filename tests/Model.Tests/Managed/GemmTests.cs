using Cppo.Model.Managed.Kernels;

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
        using var panels = new AlignedBuffer(PackedMatrix.Size(k, n));
        var b = new PackedMatrix(panels.Pointer, k, n);
        b.PackTransposed(w.Pointer, 0, b.NumPanels);
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
        using var panels = new AlignedBuffer(PackedMatrix.Size(k, n));
        var b = new PackedMatrix(panels.Pointer, k, n);
        b.Pack(w.Pointer, 0, b.NumPanels);
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
        using var panels = new AlignedBuffer(PackedMatrix.Size(k, n));
        var b = new PackedMatrix(panels.Pointer, k, n);
        b.Pack(w.Pointer, 0, b.NumPanels);
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
            start = Numbers.Make(outputs * inputs, 3);
        const int stripWidth = Gemm.RowsMultiple;
        using AlignedBuffer outputBuffer = new(Strips.Size(stripWidth, rows, outputs)),
            inputBuffer = new(Strips.Size(Gemm.PanelWidth, rows, inputs));
        Strips packedOutputs = Strips.Packed(outputBuffer.Pointer, stripWidth, rows),
            packedInputs = Strips.Packed(inputBuffer.Pointer, Gemm.PanelWidth, rows);
        packedOutputs.Store(0, rows, dy.Pointer, outputs, outputs);
        packedInputs.Store(0, rows, x.Pointer, inputs, inputs);
        int half = rows / 2;
        for (int task = 0; task < WeightGradient.NumTasks(outputs); task++)
        {
            WeightGradient.Add(Enum.Parse<SimdLevel>(level), task, 0, half, packedOutputs, outputs, packedInputs, inputs, dw.Pointer);
            WeightGradient.Add(
                Enum.Parse<SimdLevel>(level),
                task,
                half,
                rows,
                Strips.OfRows(dy.Pointer, stripWidth, outputs),
                outputs,
                Strips.OfRows(x.Pointer, Gemm.PanelWidth, inputs),
                inputs,
                dw.Pointer
            );
        }

        Numbers.Near(
            dw,
            outputs * inputs,
            i =>
                start.Pointer[i]
                + Enumerable
                    .Range(0, rows)
                    .Sum(r => (double)dy.Pointer[(r * outputs) + (i / inputs)] * x.Pointer[(r * inputs) + (i % inputs)]),
            1e-5 * rows
        );
    }
}
