// Letters: V vocabulary, D hidden.
using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Kernels.Precision;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Managed.Parameters;

/// <summary>
/// A model's weights for the way forward alone, matrices in a number type of their own, norms and biases in fp32. An embedding that is not
/// tied to the head is a matrix [D, V], too, whose columns are read back. Filled from a policy, again and again in the same memory, or from
/// files without ever holding a whole model in fp32.
/// </summary>
internal sealed unsafe class FactorArray : IDisposable
{
    private const int PanelsPerTask = 8;

    private readonly ParameterLayout layout;
    private readonly AlignedBuffer memory;
    private readonly AlignedBuffer vectors;
    private readonly Dictionary<nint, RightFactor> factors = [];
    private readonly Dictionary<nint, nint> vectorPlaces = [];
    private readonly List<(MatrixPlace Matrix, int FirstPanel)> tasks = [];

    /// <summary>Makes room.</summary>
    internal FactorArray(ParameterLayout layout, WeightPrecision precision)
    {
        (this.layout, Precision) = (layout, precision);
        memory = new AlignedBuffer(MatrixBytes(layout, precision) / sizeof(float));
        byte* at = (byte*)memory.Pointer;
        foreach (var matrix in layout.Matrices)
        {
            var factor = new RightFactor(precision, at, matrix.Inputs, matrix.Outputs);
            factors[matrix.Offset] = factor;
            at += WholeLines(RightFactor.Bytes(precision, matrix.Inputs, matrix.Outputs));
            for (int panel = 0; panel < factor.NumPanels; panel += PanelsPerTask)
            {
                tasks.Add((matrix, panel));
            }
        }

        nint length = 0;
        foreach (var vector in Vectors(layout))
        {
            vectorPlaces[vector.Offset] = length;
            length += vector.Length;
        }

        vectors = new AlignedBuffer(length);
    }

    /// <summary>The number type of the matrices.</summary>
    internal WeightPrecision Precision { get; }

    internal ParameterLayout Layout => layout;

    /// <summary>Bytes of a model's weights in this number type.</summary>
    internal static nint Bytes(ParameterLayout layout, WeightPrecision precision) =>
        MatrixBytes(layout, precision) + (Vectors(layout).Aggregate((nint)0, (sum, vector) => sum + vector.Length) * sizeof(float));

    /// <summary>The matrix that begins in the layout with an offset.</summary>
    internal RightFactor Matrix(nint offset) => factors[offset];

    /// <summary>The vector that begins in the layout with an offset; null for one that the architecture lacks.</summary>
    internal float* Vector(nint offset) => offset == LayerOffsets.Absent ? null : vectors.Pointer + vectorPlaces[offset];

    /// <summary>Takes over a policy's weights as they are.</summary>
    internal void Pack(ParameterArray source, Team team)
    {
        team.Run(
            tasks.Count,
            (task, _) =>
            {
                var (matrix, first) = tasks[task];
                var factor = factors[matrix.Offset];
                int end = Math.Min(first + PanelsPerTask, factor.NumPanels);
                if (IsByRow(matrix))
                {
                    for (int panel = first; panel < end; panel++)
                    {
                        factor.PackOutputs(source.Pointer + matrix.Offset + ((nint)panel * Gemm.PanelWidth * matrix.Inputs), panel);
                    }
                }
                else
                {
                    factor.Pack(new PackedMatrix(source.Pointer + matrix.Offset, matrix.Inputs, matrix.Outputs), first, end);
                }
            }
        );
        foreach (var vector in Vectors(layout))
        {
            VectorMath.Copy(source.Pointer + vector.Offset, Vector(vector.Offset), vector.Length);
        }
    }

    /// <summary>Takes tensors under their Hugging Face names, a matrix at a time.</summary>
    /// <exception cref="ModelFileException">A name or shape is not the model's, or one is missing.</exception>
    internal void Read(IEnumerable<WeightStream> tensors)
    {
        var byName = ParameterArray.Check(layout, tensors);
        foreach (var matrix in layout.Matrices)
        {
            var factor = factors[matrix.Offset];
            if (matrix.Names.Length == 1)
            {
                byName[matrix.Names[0]].ForPieces((first, rows) => PackRows(factor, (int)(first / matrix.Inputs), rows));
                continue;
            }

            // Panels may hold rows of two parameters: put together in fp32, a layer's at a time.
            using var whole = new AlignedBuffer(PackedMatrix.Size(matrix.Inputs, matrix.Outputs));
            whole.Clear();
            var packed = new PackedMatrix(whole.Pointer, matrix.Inputs, matrix.Outputs);
            int done = 0;
            foreach (string name in matrix.Names)
            {
                int start = done;
                byName[name]
                    .ForPieces(
                        (first, rows) =>
                        {
                            fixed (float* from = rows)
                            {
                                packed.SetColumns(start + (int)(first / matrix.Inputs), rows.Length / matrix.Inputs, from);
                            }
                        }
                    );
                done += (int)byName[name].Shape[0];
            }

            factor.Pack(packed, 0, packed.NumPanels);
        }

        foreach (var vector in Vectors(layout))
        {
            byName[vector.Name].Read(0, new Span<float>(Vector(vector.Offset), (int)vector.Length));
        }
    }

    /// <summary>All parameters under the Hugging Face names, in the order of <c>WeightMap.Expected</c>, as products see them.</summary>
    internal IReadOnlyList<WeightStream> Streams() => layout.Streams(Get);

    /// <inheritdoc/>
    public void Dispose()
    {
        memory.Dispose();
        vectors.Dispose();
    }

    private static IEnumerable<Parameter> Vectors(ParameterLayout layout) =>
        layout.Parameters.Where(parameter => parameter.Shape.Length == 1);

    private static nint MatrixBytes(ParameterLayout layout, WeightPrecision precision) =>
        layout.Matrices.Aggregate((nint)0, (sum, matrix) => sum + WholeLines(RightFactor.Bytes(precision, matrix.Inputs, matrix.Outputs)));

    private static nint WholeLines(nint bytes) => (bytes + 63) / 64 * 64;

    private static void PackRows(RightFactor factor, int firstRow, ReadOnlySpan<float> rows)
    {
        fixed (float* from = rows)
        {
            int panels = ((rows.Length / factor.Rows) + Gemm.PanelWidth - 1) / Gemm.PanelWidth;
            for (int panel = 0; panel < panels; panel++)
            {
                factor.PackOutputs(from + ((nint)panel * Gemm.PanelWidth * factor.Rows), (firstRow / Gemm.PanelWidth) + panel);
            }
        }
    }

    private bool IsByRow(MatrixPlace matrix) => !layout.IsTied && matrix.Offset == layout.Embedding;

    private void Get(Parameter parameter, long first, Span<float> into)
    {
        if (parameter.Shape.Length == 1)
        {
            new ReadOnlySpan<float>(Vector(parameter.Offset) + first, into.Length).CopyTo(into);
            return;
        }

        var factor = factors[parameter.Offset];
        int firstRow = parameter.Panels?.First ?? 0;
        float[] row = new float[factor.Rows];
        fixed (float* column = row)
        {
            while (into.Length > 0)
            {
                var (index, skip) = Math.DivRem(first, factor.Rows);
                factor.Column(firstRow + (int)index, column);
                int length = Math.Min(into.Length, factor.Rows - (int)skip);
                row.AsSpan((int)skip, length).CopyTo(into);
                into = into[length..];
                first += length;
            }
        }
    }
}
