using System.IO.Hashing;
using System.Runtime.InteropServices;
using Cppo.Model.Engine;

namespace Cppo.Model.Weights;

/// <summary>
/// The hash of a policy's fp32 values: XxHash128 with seed 0 of the tensors' values one after another, little-endian and row-major, in the
/// order of <see cref="WeightMap.Expected"/>, which is that of the safetensors files written here. Names and shapes do not enter. So it is
/// the XxHash128 of what follows the header of a <c>model.safetensors</c> in F32.
/// </summary>
public sealed class WeightsHash
{
    /// <summary>Values at a time: a span of bytes ends at 2 GB.</summary>
    private const int Piece = 1 << 20;

    private readonly XxHash128 hash = new();

    /// <summary>The hash of arrays in their order.</summary>
    public static string Of(IEnumerable<NamedArray> weights)
    {
        var hash = new WeightsHash();
        foreach (var weight in weights)
        {
            hash.Add(weight.Values);
        }

        return hash.ToString();
    }

    /// <summary>The hash of tensors in their order.</summary>
    public static string Of(IEnumerable<WeightStream> weights)
    {
        var hash = new WeightsHash();
        foreach (var weight in weights)
        {
            weight.ForPieces((_, values) => hash.Add(values));
        }

        return hash.ToString();
    }

    /// <summary>Adds the next values.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        for (int start = 0; start < values.Length; start += Piece)
        {
            hash.Append(MemoryMarshal.AsBytes(values.Slice(start, Math.Min(Piece, values.Length - start))));
        }
    }

    /// <summary>32 hexadecimal digits in small letters, the most significant first, as xxhsum prints them.</summary>
    public override string ToString() => Convert.ToHexStringLower(hash.GetCurrentHash());
}
