using System.Numerics;
using System.Runtime.InteropServices;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;

namespace Cppo.Model.Adapters;

/// <summary>An adapter and its base as one model.</summary>
public static class AdapterMerge
{
    /// <summary>The base's weights, one at a time, with W + (alpha / rank) B A in place of each W that the adapter changes.</summary>
    public static IEnumerable<NamedArray> Merge(DecoderConfig config, Adapter adapter, IEnumerable<NamedArray> baseWeights)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        ArgumentNullException.ThrowIfNull(baseWeights);
        var modules = new AdapterShape(config, adapter.Settings).Modules.ToDictionary(module => module.Weight);
        var arrays = adapter.Arrays.ToDictionary(array => array.Name, array => array.Values);
        foreach (var weight in baseWeights)
        {
            yield return modules.TryGetValue(weight.Name, out var module)
                ? weight with
                {
                    Values = Changed(weight.Values, arrays[module.A], arrays[module.B], adapter.Settings),
                }
                : weight;
        }
    }

    private static float[] Changed(float[] weight, float[] a, float[] b, AdapterSettings settings)
    {
        int rank = settings.Rank,
            inputs = a.Length / rank;
        float[] changed = new float[weight.Length];
        Parallel.For(
            0,
            weight.Length / inputs,
            output =>
            {
                var row = changed.AsSpan(output * inputs, inputs);
                for (int k = 0; k < rank; k++)
                {
                    AddMultiple(a.AsSpan(k * inputs, inputs), (float)(settings.Scale * b[(output * rank) + k]), row);
                }

                AddMultiple(weight.AsSpan(output * inputs, inputs), 1, row);
            }
        );
        return changed;
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
