using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Sampling;

namespace Cppo.Model.Adapters;

/// <summary>A low-rank adapter: what an engine trains instead of the weights that it was loaded with.</summary>
public sealed class Adapter
{
    /// <summary>Takes arrays under their names in PEFT, of the shapes that the settings imply for the base.</summary>
    public Adapter(AdapterSettings settings, AdapterBase baseModel, IReadOnlyList<NamedArray> arrays) =>
        (Settings, Base, Arrays) = (settings, baseModel, arrays);

    /// <summary>Rank, alpha and modules.</summary>
    public AdapterSettings Settings { get; }

    /// <summary>The model that it belongs to.</summary>
    public AdapterBase Base { get; }

    /// <summary>A and B of each module.</summary>
    public IReadOnlyList<NamedArray> Arrays { get; }

    /// <summary>
    /// A new one, which changes nothing yet: A is uniform within 1 / sqrt(in) on both sides, which is Kaiming's bound for a = sqrt(5) and
    /// PEFT's choice, and B is 0. The same seed gives the same numbers on every machine.
    /// </summary>
    public static Adapter New(DecoderConfig config, AdapterSettings settings, AdapterBase baseModel, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(settings);
        var arrays = new AdapterShape(config, settings).Expected.Select(
            (array, index) =>
                new NamedArray(array.Name, array.Shape, index % 2 == 0 ? Uniform(array.Shape, seed, index) : new float[Length(array.Shape)])
        );
        return new Adapter(settings, baseModel, [.. arrays]);
    }

    /// <summary>Keys of prompts are not below 0, so that no draw of a completion is one of these.</summary>
    private static float[] Uniform(long[] shape, ulong seed, int index)
    {
        int inputs = (int)shape[1];
        double bound = 1 / Math.Sqrt(inputs);
        float[] values = new float[Length(shape)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(bound * ((2 * CountedRandom.Uniform(seed, -1 - index, i / inputs, i % inputs)) - 1));
        }

        return values;
    }

    private static long Length(long[] shape) => shape[0] * shape[1];
}
