using Cppo.Model.Adapters;
using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Weights;

namespace Cppo.Model.Managed.Adapters;

/// <summary>A number for each of an adapter's: values, gradients or moments.</summary>
internal sealed unsafe class AdapterArray : IDisposable
{
    private readonly AlignedBuffer values;
    private readonly Dictionary<string, (AdapterFactors Factors, AdapterPart Part)> places = [];

    /// <summary>All 0.</summary>
    internal AdapterArray(AdapterLayout layout)
    {
        Layout = layout;
        values = new AlignedBuffer(layout.Length);
        values.Clear();
        foreach (var factors in layout.Layers.SelectMany(layer => layer))
        {
            foreach (var part in factors.Parts)
            {
                places[part.Module.A] = places[part.Module.B] = (factors, part);
            }
        }
    }

    internal AdapterLayout Layout { get; }

    internal float* Pointer => values.Pointer;

    /// <summary>Copies arrays, given under their names in PEFT, into place.</summary>
    /// <exception cref="ModelFileException">A name or shape is not the adapter's, or one is missing.</exception>
    internal void Read(IEnumerable<NamedArray> arrays)
    {
        var missing = Layout.Shape.Expected.ToDictionary(expected => expected.Name, expected => expected.Shape);
        foreach (var array in arrays)
        {
            if (!missing.Remove(array.Name, out long[]? shape) || !array.Shape.SequenceEqual(shape))
            {
                throw new ModelFileException($"The array '{array.Name}' [{string.Join(", ", array.Shape)}] has no place in this adapter.");
            }

            Put(array);
        }

        if (missing.Count > 0)
        {
            throw new ModelFileException($"The adapter's array '{missing.Keys.First()}' is missing.");
        }
    }

    /// <summary>Inverse of <see cref="Export"/>.</summary>
    /// <exception cref="ArgumentException">A name or shape is not that of the export, or one is missing; nothing was changed
    /// then.</exception>
    internal void Import(IReadOnlyList<NamedArray> arrays)
    {
        var expected = Layout.Shape.Expected;
        if (
            arrays.Count != expected.Count
            || !arrays.Zip(expected).All(pair => pair.First.Name == pair.Second.Name && pair.First.Shape.SequenceEqual(pair.Second.Shape))
        )
        {
            throw new ArgumentException("The arrays are not those of the adapter.", nameof(arrays));
        }

        foreach (var array in arrays)
        {
            Put(array);
        }
    }

    /// <summary>Copies under the names that PEFT has for them, in the order of <see cref="AdapterShape.Expected"/>.</summary>
    internal IReadOnlyList<NamedArray> Export() => [.. Layout.Shape.Expected.Select(expected => Get(expected.Name, expected.Shape))];

    /// <summary>The <see cref="WeightsHash"/> of all values, in the order of the export.</summary>
    internal string Hash() => WeightsHash.Of(Export());

    /// <summary>A copy.</summary>
    internal AdapterArray Copy()
    {
        var copy = new AdapterArray(Layout);
        VectorMath.Copy(Pointer, copy.Pointer, Layout.Length);
        return copy;
    }

    /// <summary>Sets all to 0.</summary>
    internal void Clear() => values.Clear();

    /// <inheritdoc/>
    public void Dispose() => values.Dispose();

    private void Put(NamedArray array)
    {
        var (factors, part) = places[array.Name];
        if (array.Name == part.Module.A)
        {
            array.Values.CopyTo(SpanOfA(factors, part));
            return;
        }

        int outputs = part.Module.Outputs,
            rank = Layout.Shape.Settings.Rank;
        for (int i = 0; i < array.Values.Length; i++)
        {
            Pointer[part.B + ((nint)(i % rank) * outputs) + (i / rank)] = array.Values[i];
        }
    }

    private NamedArray Get(string name, long[] shape)
    {
        var (factors, part) = places[name];
        if (name == part.Module.A)
        {
            return new NamedArray(name, shape, SpanOfA(factors, part).ToArray());
        }

        int outputs = part.Module.Outputs,
            rank = Layout.Shape.Settings.Rank;
        float[] copy = new float[(long)outputs * rank];
        for (int i = 0; i < copy.Length; i++)
        {
            copy[i] = Pointer[part.B + ((nint)(i % rank) * outputs) + (i / rank)];
        }

        return new NamedArray(name, shape, copy);
    }

    private Span<float> SpanOfA(AdapterFactors factors, AdapterPart part) =>
        new(Pointer + factors.A + ((nint)part.FirstRank * factors.Inputs), checked(Layout.Shape.Settings.Rank * factors.Inputs));
}
