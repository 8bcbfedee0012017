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
    public static IReadOnlyList<NamedArray> Create(DecoderConfig config, ulong seed) =>
        [.. Streams(config, seed).Select(stream => stream.ToArray())];

    /// <summary>The same numbers, drawn piece by piece when they are read.</summary>
    /// <exception cref="ModelFileException">The memory does not hold them.</exception>
    public static IReadOnlyList<WeightStream> Streams(DecoderConfig config, ulong seed)
    {
        double matrixDeviation = 0.57 / Math.Sqrt(config.HiddenSize);
        RequireMemory(config);
        return
        [
            .. WeightMap
                .Expected(config)
                .Select(
                    (parameter, index) =>
                    {
                        var (name, shape) = parameter;
                        double deviation = name is WeightMap.Embedding or WeightMap.Head ? 0.02 : matrixDeviation;
                        ulong key = Mix(seed + (0x9E3779B97F4A7C15UL * ((ulong)index + 1)));
                        return new WeightStream(
                            name,
                            shape,
                            (first, into) =>
                            {
                                if (name.EndsWith("norm.weight", StringComparison.Ordinal))
                                {
                                    into.Fill(1f);
                                }
                                else if (name.EndsWith(".bias", StringComparison.Ordinal))
                                {
                                    into.Clear();
                                }
                                else
                                {
                                    FillNormal(into, first, deviation, key);
                                }
                            }
                        );
                    }
                ),
        ];
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

    /// <summary>The numbers from place <paramref name="first"/> on: places 2 i and 2 i + 1 come of one draw.</summary>
    private static void FillNormal(Span<float> values, long first, double standardDeviation, ulong key)
    {
        // Box-Muller, two values a pair of uniforms; (0, 1] keeps the logarithm finite.
        for (int i = (int)-(first % 2); i < values.Length; i += 2)
        {
            ulong pair = (ulong)(first + i);
            double radius = Math.Sqrt(-2 * Math.Log(1 - Uniform(key, pair)));
            var (sin, cos) = Math.SinCos(2 * Math.PI * Uniform(key, pair + 1));
            if (i >= 0)
            {
                values[i] = (float)(standardDeviation * radius * cos);
            }

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
