using Cppo.Model.Decoders;
using Cppo.Model.Engine;

namespace Cppo.Model.Weights;

/// <summary>Weights to start pretraining or a smoke run from.</summary>
public static class RandomWeights
{
    /// <summary>
    /// Normal matrices of standard deviation 0.57 / sqrt(width), which is Qwen2's 0.02 at a width of about 800, and embeddings of 0.02;
    /// norms are 1, biases 0. The same seed gives the same weights on every machine.
    /// </summary>
    /// <exception cref="ModelFileException">The memory does not hold them.</exception>
    public static IReadOnlyList<NamedArray> Create(DecoderConfig config, ulong seed) => [.. Stream(config, seed)];

    /// <summary>The same, each made when it is asked for.</summary>
    /// <exception cref="ModelFileException">The memory does not hold them.</exception>
    public static IEnumerable<NamedArray> Stream(DecoderConfig config, ulong seed)
    {
        RequireMemory(config);
        double matrixDeviation = 0.57 / Math.Sqrt(config.HiddenSize);
        return WeightMap
            .Expected(config)
            .Select(
                (parameter, index) =>
                {
                    var (name, shape) = parameter;
                    float[] values = new float[shape.Aggregate(1L, (product, size) => product * size)];
                    if (name.EndsWith("norm.weight", StringComparison.Ordinal))
                    {
                        Array.Fill(values, 1f);
                    }
                    else if (!name.EndsWith(".bias", StringComparison.Ordinal))
                    {
                        double deviation = name is WeightMap.Embedding or WeightMap.Head ? 0.02 : matrixDeviation;
                        FillNormal(values, deviation, Mix(seed + (0x9E3779B97F4A7C15UL * ((ulong)index + 1))));
                    }

                    return new NamedArray(name, shape, values);
                }
            );
    }

    /// <summary>Of a model that is loaded, its files show that it is as large as it says; this one would only be tried.</summary>
    private static void RequireMemory(DecoderConfig config)
    {
        long numWeights = WeightMap.Expected(config).Sum(parameter => parameter.Shape.Aggregate(1L, (product, size) => product * size));
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (numWeights > available / sizeof(float))
        {
            throw new ModelFileException(
                $"{HfConfigFile.FileName} describes a model of {numWeights} weights, four bytes each, and there are {available} bytes of "
                    + "memory; make its sizes smaller."
            );
        }
    }

    private static void FillNormal(float[] values, double standardDeviation, ulong key)
    {
        // Box-Muller, two values a pair of uniforms; (0, 1] keeps the logarithm finite.
        for (int i = 0; i < values.Length; i += 2)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - Uniform(key, (ulong)i)));
            var (sin, cos) = Math.SinCos(2 * Math.PI * Uniform(key, (ulong)i + 1));
            values[i] = (float)(standardDeviation * radius * cos);
            if (i + 1 < values.Length)
            {
                values[i + 1] = (float)(standardDeviation * radius * sin);
            }
        }
    }

    private static double Uniform(ulong key, ulong index) => (Mix(key + (index * 0x9E3779B97F4A7C15UL)) >> 11) * (1.0 / (1UL << 53));

    // SplitMix64's finaliser.
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
