using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;

namespace Cppo.Model.Adapters;

/// <summary>An adapter and its base as one model.</summary>
public static class AdapterMerge
{
    /// <summary>
    /// The base's weights with W + (alpha / rank) B A in place of each W that the adapter changes, to be read piece by piece.
    /// </summary>
    public static IEnumerable<WeightStream> Merge(DecoderConfig config, Adapter adapter, IEnumerable<WeightStream> baseWeights)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        ArgumentNullException.ThrowIfNull(baseWeights);
        var modules = new AdapterShape(config, adapter.Settings).Modules.ToDictionary(module => module.Weight);
        var arrays = adapter.Arrays.ToDictionary(array => array.Name, array => array.Values);
        foreach (var weight in baseWeights)
        {
            yield return modules.TryGetValue(weight.Name, out var module)
                ? Changed(weight, arrays[module.A], arrays[module.B], adapter.Settings)
                : weight;
        }
    }

    private static WeightStream Changed(WeightStream weight, float[] a, float[] b, AdapterSettings settings) =>
        new(
            weight.Name,
            weight.Shape,
            (first, into) =>
            {
                weight.Read(first, into);
                Add(a, b, settings, first, into);
            }
        );

    /// <summary>Adds the change of the numbers from <paramref name="first"/> on, row by row.</summary>
    private static void Add(float[] a, float[] b, AdapterSettings settings, long first, Span<float> weights)
    {
        int rank = settings.Rank,
            inputs = a.Length / rank;
        float[] change = ArrayPool<float>.Shared.Rent(inputs);
        while (weights.Length > 0)
        {
            var (output, input) = Math.DivRem(first, inputs);
            int length = Math.Min(inputs - (int)input, weights.Length);
            var sum = change.AsSpan(0, length);
            sum.Clear();
            for (int k = 0; k < rank; k++)
            {
                AddMultiple(a.AsSpan((k * inputs) + (int)input, length), (float)(settings.Scale * b[(output * rank) + k]), sum);
            }

            AddMultiple(sum, 1, weights[..length]);
            first += length;
            weights = weights[length..];
        }

        ArrayPool<float>.Shared.Return(change);
    }

    /// <summary>sum += factor x.</summary>
    private static void AddMultiple(ReadOnlySpan<float> x, float factor, Span<float> sum)
    {
        var wideX = MemoryMarshal.Cast<float, Vector<float>>(x);
        var wideSum = MemoryMarshal.Cast<float, Vector<float>>(sum);
        for (int i = 0; i < wideX.Length; i++)
        {
            wideSum[i] += wideX[i] * factor;
        }

        for (int i = wideX.Length * Vector<float>.Count; i < x.Length; i++)
        {
            sum[i] += x[i] * factor;
        }
    }
}
