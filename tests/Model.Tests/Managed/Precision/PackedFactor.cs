using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Kernels.Precision;

namespace Cppo.Model.Tests.Managed.Precision;

/// <summary>Weights [N, K] packed as a right factor, with the same as fp32 panels.</summary>
internal sealed unsafe class PackedFactor : IDisposable
{
    private readonly AlignedBuffer memory;
    private readonly AlignedBuffer panels;

    internal PackedFactor(WeightPrecision precision, AlignedBuffer weights, int k, int n)
    {
        panels = new AlignedBuffer(PackedMatrix.Size(k, n));
        Matrix = new PackedMatrix(panels.Pointer, k, n);
        panels.Clear();
        Matrix.SetColumns(0, n, weights.Pointer);
        nint bytes = RightFactor.Bytes(precision, k, n);
        memory = new AlignedBuffer((bytes + 3) / 4);
        new Span<byte>(memory.Pointer, (int)bytes).Fill(0xA5);
        Factor = new RightFactor(precision, memory.Pointer, k, n);
        Factor.Pack(Matrix, 0, Factor.NumPanels);
    }

    /// <summary>The weights in fp32.</summary>
    internal PackedMatrix Matrix { get; }

    internal RightFactor Factor { get; }

    /// <summary>Weights [N, K] as the factor holds them.</summary>
    internal float[][] Columns()
    {
        float[][] columns = new float[Factor.Columns][];
        for (int j = 0; j < columns.Length; j++)
        {
            columns[j] = new float[Factor.Rows];
            fixed (float* into = columns[j])
            {
                Factor.Column(j, into);
            }
        }

        return columns;
    }

    internal ReadOnlySpan<byte> Bytes() => new(memory.Pointer, (int)RightFactor.Bytes(Factor.Precision, Factor.Rows, Factor.Columns));

    /// <summary>C = S + A B over some panels, with rows prepared for this product alone.</summary>
    internal void Multiply(SimdLevel level, int m, float* a, int firstPanel, int endPanel, float* start, nint startRow, float* c, nint cRow)
    {
        using var prepared = new PreparedRows();
        prepared.Prepare(level, Factor, m, a, Factor.Rows);
        RightFactors.Multiply(level, m, a, Factor.Rows, prepared, Factor, firstPanel, endPanel, start, startRow, c, cRow);
    }

    internal void Multiply(SimdLevel level, int m, float* a, float* c) =>
        Multiply(level, m, a, 0, Factor.NumPanels, null, 0, c, Factor.Columns);

    public void Dispose()
    {
        memory.Dispose();
        panels.Dispose();
    }
}
