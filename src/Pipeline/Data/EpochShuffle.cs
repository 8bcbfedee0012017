namespace Cppo.Pipeline.Data;

/// <summary>The order of an epoch's questions: a permutation that follows from seed and epoch alone (Fisher-Yates on SplitMix64).</summary>
internal static class EpochShuffle
{
    private const ulong GoldenGamma = 0x9E37_79B9_7F4A_7C15;

    /// <summary>Places in the dataset, in the order of the epoch.</summary>
    public static int[] Order(int count, ulong seed, long epoch)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        ulong state = Mix(Mix(seed + GoldenGamma) ^ Mix((ulong)epoch + 1));
        for (int last = count - 1; last > 0; last--)
        {
            int chosen = (int)Below((ulong)last + 1, ref state);
            (order[last], order[chosen]) = (order[chosen], order[last]);
        }
        return order;
    }

    /// <summary>A number in 0 .. bound-1, each equally likely: draws that would favour the low ones are rejected.</summary>
    private static ulong Below(ulong bound, ref ulong state)
    {
        ulong rejected = unchecked(0 - bound) % bound;
        while (true)
        {
            state = unchecked(state + GoldenGamma);
            ulong high = Math.BigMul(Mix(state), bound, out ulong low);
            if (low >= rejected)
            {
                return high;
            }
        }
    }

    /// <summary>SplitMix64's output function.</summary>
    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
            value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
            return value ^ (value >> 31);
        }
    }
}
