namespace Cppo.Model.Managed.Kernels;

/// <summary>
/// Finds the least of the largest weights that reach a goal, without sorting: weights of 0 and more are ordered as their bits are, which
/// are told apart 11, 11 and 10 at a time. For one thread.
/// </summary>
internal sealed class WeightCut
{
    private static readonly (int Shift, int Width)[] Digits = [(21, 11), (10, 11), (0, 10)];

    private readonly int[] numbers = new int[1 << 11];
    private readonly double[] sums = new double[1 << 11];

    /// <summary>The last of the <paramref name="goal"/> largest weights, and how many of those equal to it are among them.</summary>
    internal (float Weight, int Ties) OfCount(ReadOnlySpan<float> weights, int goal)
    {
        var (weight, above, ties) = Find(weights, goal, isSum: false);
        return (weight, Math.Min(ties, (int)(goal - above)));
    }

    /// <summary>
    /// The last of the fewest largest weights whose sum is at least <paramref name="goal"/>, and how many of those equal to it they need;
    /// where all together do not reach it, all stay.
    /// </summary>
    internal (float Weight, int Ties) OfSum(ReadOnlySpan<float> weights, double goal)
    {
        var (weight, above, ties) = Find(weights, goal, isSum: true);
        return (weight, weight > 0 ? (int)Math.Clamp(Math.Ceiling((goal - above) / weight), 1, ties) : ties);
    }

    /// <summary>
    /// The weight at which the goal is reached, the number or sum of those above it, and how many are equal to it; weight 0 where the goal
    /// is not reached.
    /// </summary>
    private (float Weight, double Above, int Ties) Find(ReadOnlySpan<float> weights, double goal, bool isSum)
    {
        double above = 0;
        uint prefix = 0;
        int ties = 0;
        foreach (var (shift, width) in Digits)
        {
            Count(weights, shift, width, prefix);
            int digit = (1 << width) - 1,
                last = -1;
            for (; digit >= 0; digit--)
            {
                if (numbers[digit] == 0)
                {
                    continue;
                }

                double amount = isSum ? sums[digit] : numbers[digit];
                if (above + amount >= goal)
                {
                    break;
                }

                (above, last) = (above + amount, digit);
            }

            if (digit < 0)
            {
                if (shift == Digits[0].Shift || last < 0)
                {
                    return (0, above, weights.Length);
                }

                // The parts' sum was rounded otherwise than the whole's, which did reach the goal.
                digit = last;
                above -= isSum ? sums[digit] : numbers[digit];
            }

            (prefix, ties) = ((prefix << width) | (uint)digit, numbers[digit]);
        }

        return (BitConverter.UInt32BitsToSingle(prefix), above, ties);
    }

    /// <summary>Numbers and sums by the digit at <paramref name="shift"/>, of the weights whose higher bits are the prefix.</summary>
    private void Count(ReadOnlySpan<float> weights, int shift, int width, uint prefix)
    {
        Array.Clear(numbers);
        Array.Clear(sums);
        uint mask = (1u << width) - 1;
        foreach (float weight in weights)
        {
            uint bits = BitConverter.SingleToUInt32Bits(weight) >> shift;
            // A shift of 32 bits would be none: the first digit has no higher bits.
            if (shift + width == 32 || bits >> width == prefix)
            {
                numbers[bits & mask]++;
                sums[bits & mask] += weight;
            }
        }
    }
}
