using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Weights;

namespace Cppo.Model.Managed.Parameters;

/// <summary>A number for each parameter of a model: weights, gradients or moments.</summary>
internal sealed unsafe class ParameterArray : IDisposable
{
    private readonly AlignedBuffer values;

    /// <summary>All 0.</summary>
    internal ParameterArray(ParameterLayout layout)
    {
        Layout = layout;
        values = new AlignedBuffer(layout.Length);
        values.Clear();
    }

    internal ParameterLayout Layout { get; }

    internal float* Pointer => values.Pointer;

    /// <summary>Copies arrays, given one at a time under their Hugging Face names, into place.</summary>
    /// <exception cref="ModelFileException">A name or shape is not the model's, or one is missing.</exception>
    internal void Read(IEnumerable<NamedArray> arrays)
    {
        var missing = Layout.Parameters.ToDictionary(parameter => parameter.Name);
        foreach (var array in arrays)
        {
            if (!missing.Remove(array.Name, out var parameter) || !array.Shape.SequenceEqual(parameter.Shape))
            {
                throw new ModelFileException($"The weight '{array.Name}' [{string.Join(", ", array.Shape)}] has no place in this model.");
            }

            array.Values.CopyTo(Span(parameter));
        }

        if (missing.Count > 0)
        {
            throw new ModelFileException($"The weight '{missing.Keys.First()}' is missing.");
        }
    }

    /// <summary>Copies under the Hugging Face names, in the order of <c>WeightMap.Expected</c>.</summary>
    internal IReadOnlyList<NamedArray> Export() =>
        [.. Layout.Parameters.Select(parameter => new NamedArray(parameter.Name, parameter.Shape, Span(parameter).ToArray()))];

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

        foreach (var parameter in Layout.Parameters)
        {
            byName[parameter.Name].Values.CopyTo(Span(parameter));
        }
    }

    /// <summary>The <see cref="WeightsHash"/> of all values.</summary>
    internal string Hash()
    {
        var hash = new WeightsHash();
        foreach (var parameter in Layout.Parameters)
        {
            hash.Add(Span(parameter));
        }

        return hash.ToString();
    }

    /// <summary>Sets all to 0.</summary>
    internal void Clear() => values.Clear();

    /// <inheritdoc/>
    public void Dispose() => values.Dispose();

    private Span<float> Span(Parameter parameter) => new(Pointer + parameter.Offset, checked((int)parameter.Length));
}
