using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Weights;

namespace Cppo.Model.Managed.Parameters;

/// <summary>A number for each parameter of a model: weights, gradients or moments.</summary>
internal sealed unsafe class ParameterArray : IParameterNumbers, IDisposable
{
    private readonly AlignedBuffer values;

    /// <summary>All 0.</summary>
    internal ParameterArray(ParameterLayout layout)
    {
        Layout = layout;
        values = new AlignedBuffer(layout.Length);
        values.ClearUnused();
    }

    internal ParameterLayout Layout { get; }

    internal float* Pointer => values.Pointer;

    /// <inheritdoc/>
    float* IParameterNumbers.Floats => Pointer;

    /// <inheritdoc/>
    int IParameterNumbers.NumbersPerFloat => 1;

    /// <summary>Takes tensors, one at a time and piece by piece, under their Hugging Face names.</summary>
    /// <exception cref="ModelFileException">A name or shape is not the model's, or one is missing.</exception>
    public void Read(IEnumerable<WeightStream> tensors)
    {
        var missing = Layout.Parameters.ToDictionary(parameter => parameter.Name);
        foreach (var tensor in tensors)
        {
            var parameter = TakePlace(missing, tensor);

            if (parameter.Panels is null)
            {
                tensor.Read(0, Vector(parameter));
            }
            else
            {
                tensor.ForPieces((first, rows) => SetRows(parameter, first, rows));
            }
        }

        RequireNone(missing);
    }

    /// <summary>Tensors by name, each of which is a parameter of the model.</summary>
    /// <exception cref="ModelFileException">A name or shape is not the model's, or one is missing.</exception>
    internal static Dictionary<string, WeightStream> Check(ParameterLayout layout, IEnumerable<WeightStream> tensors)
    {
        var missing = layout.Parameters.ToDictionary(parameter => parameter.Name);
        var byName = new Dictionary<string, WeightStream>();
        foreach (var tensor in tensors)
        {
            TakePlace(missing, tensor);
            byName[tensor.Name] = tensor;
        }

        RequireNone(missing);
        return byName;
    }

    /// <summary>The same of arrays in memory.</summary>
    /// <exception cref="ModelFileException">As above.</exception>
    internal void Read(IEnumerable<NamedArray> arrays) => Read(arrays.Select(WeightStream.Of));

    /// <summary>All parameters under the Hugging Face names, in the order of <c>WeightMap.Expected</c>, as they are when read.</summary>
    public IReadOnlyList<WeightStream> Streams(Action<long, long>? needed = null) => Layout.Streams(Get, needed);

    /// <inheritdoc/>
    public bool AreFinite(long start, long count)
    {
        for (long done = 0; done < count; done += int.MaxValue)
        {
            if (FiniteNumbers.FirstBad(new ReadOnlySpan<float>(Pointer + start + done, (int)Math.Min(int.MaxValue, count - done))) >= 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Copies under the Hugging Face names, in the order of <c>WeightMap.Expected</c>.</summary>
    internal IReadOnlyList<NamedArray> Export() => [.. Streams().Select(stream => stream.ToArray())];

    /// <summary>Inverse of <see cref="Export"/>.</summary>
    /// <exception cref="ArgumentException">A name or shape is not that of the export, or one is missing; nothing was changed
    /// then.</exception>
    internal void Import(IReadOnlyList<NamedArray> arrays)
    {
        var byName = arrays.ToDictionary(array => array.Name);
        if (byName.Count != Layout.Parameters.Count)
        {
            throw new ArgumentException($"{byName.Count} arrays were given for {Layout.Parameters.Count} parameters.", nameof(arrays));
        }

        if (
            Layout.Parameters.FirstOrDefault(p =>
                byName.GetValueOrDefault(p.Name) is not { } array || !array.Shape.SequenceEqual(p.Shape)
            ) is
            { } wrong
        )
        {
            throw new ArgumentException($"The parameter '{wrong.Name}' is missing or has another shape.", nameof(arrays));
        }

        Read(arrays);
    }

    /// <summary>The <see cref="WeightsHash"/> of all values.</summary>
    internal string Hash() => WeightsHash.Of(Streams());

    /// <summary>Sets all to 0.</summary>
    internal void Clear() => values.Clear();

    /// <inheritdoc/>
    public void Dispose() => values.Dispose();

    private static Parameter TakePlace(Dictionary<string, Parameter> missing, WeightStream tensor) =>
        missing.Remove(tensor.Name, out var parameter) && tensor.Shape.SequenceEqual(parameter.Shape)
            ? parameter
            : throw new ModelFileException($"The weight '{tensor.Name}' [{string.Join(", ", tensor.Shape)}] has no place in this model.");

    private static void RequireNone(Dictionary<string, Parameter> missing)
    {
        if (missing.Count > 0)
        {
            throw new ModelFileException($"The weight '{missing.Keys.First()}' is missing.");
        }
    }

    /// <summary>The parameter's numbers from a place on.</summary>
    private void Get(Parameter parameter, long first, Span<float> into)
    {
        if (parameter.Panels is not { } panels)
        {
            Vector(parameter).Slice((int)first, into.Length).CopyTo(into);
            return;
        }

        var matrix = Matrix(parameter, panels);
        while (into.Length > 0)
        {
            int row = panels.First + (int)(first / panels.Inputs),
                column = (int)(first % panels.Inputs),
                whole = column == 0 ? into.Length / panels.Inputs : 0,
                length = whole > 0 ? whole * panels.Inputs : Math.Min(into.Length, panels.Inputs - column);
            if (whole > 0)
            {
                fixed (float* to = into)
                {
                    matrix.GetColumns(row, whole, to);
                }
            }
            else
            {
                float* from = matrix.Column(row) + ((nint)column * Gemm.PanelWidth);
                for (int k = 0; k < length; k++)
                {
                    into[k] = from[(nint)k * Gemm.PanelWidth];
                }
            }

            into = into[length..];
            first += length;
        }
    }

    /// <summary>Sets whole rows of a parameter in panels.</summary>
    private void SetRows(Parameter parameter, long first, ReadOnlySpan<float> rows)
    {
        var panels = parameter.Panels!;
        fixed (float* from = rows)
        {
            Matrix(parameter, panels).SetColumns(panels.First + (int)(first / panels.Inputs), rows.Length / panels.Inputs, from);
        }
    }

    /// <summary>The matrix that a parameter is rows of, up to the parameter's last row.</summary>
    private PackedMatrix Matrix(Parameter parameter, PanelRows panels) =>
        new(Pointer + parameter.Offset, panels.Inputs, panels.First + (int)parameter.Shape[0]);

    private Span<float> Vector(Parameter parameter) => new(Pointer + parameter.Offset, checked((int)parameter.Length));
}
