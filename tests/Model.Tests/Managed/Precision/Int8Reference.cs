namespace Cppo.Model.Tests.Managed.Precision;

/// <summary>The product of rows with int8 weights, number by number with exact sums, as its definition has it.</summary>
internal static class Int8Reference
{
    private const int Block = 96;

    /// <summary>S + sum over k of a[k] b[k] for a row a and the weights b of one output.</summary>
    internal static float Product(ReadOnlySpan<float> a, ReadOnlySpan<float> b, float start)
    {
        float wideAbove = 4 * MathF.Sqrt(SumOfSquares(a) / a.Length);
        for (int k = 0; k < a.Length; k += Block)
        {
            int length = Math.Min(Block, a.Length - k);
            var (rows, rowScale) = Row(a.Slice(k, length), wideAbove);
            var (weights, weightScale) = Whole(b.Slice(k, length), 127);
            long sum = 0;
            for (int i = 0; i < length; i++)
            {
                sum += (long)rows[i] * weights[i];
            }

            start += sum * (rowScale * weightScale);
        }

        return start;
    }

    private static (int[] Numbers, float Scale) Row(ReadOnlySpan<float> x, float wideAbove)
    {
        var (numbers, scale) = Whole(x, 127 * 128);
        float largest = 0;
        foreach (float number in x)
        {
            largest = MathF.Max(largest, MathF.Abs(number));
        }

        return largest > wideAbove ? (numbers, scale) : ([.. numbers.Select(number => ((number + 64) >> 7) * 128)], scale);
    }

    private static (int[] Numbers, float Scale) Whole(ReadOnlySpan<float> x, int units)
    {
        float largest = 0;
        foreach (float number in x)
        {
            largest = float.Max(largest, MathF.Abs(number));
        }

        int[] numbers = new int[x.Length];
        if (!float.IsFinite(largest))
        {
            return (numbers, float.NaN);
        }

        if (largest < MathF.Pow(2, -50))
        {
            return (numbers, 0);
        }

        for (int i = 0; i < x.Length; i++)
        {
            numbers[i] = (int)MathF.Round(x[i] * (units / largest), MidpointRounding.ToEven);
        }

        return (numbers, largest / units);
    }

    /// <summary>In eight sums side by side.</summary>
    private static float SumOfSquares(ReadOnlySpan<float> x)
    {
        float[] sums = new float[8];
        for (int i = 0; i < x.Length; i++)
        {
            sums[i % 8] += x[i] * x[i];
        }

        float total = 0;
        foreach (float sum in sums)
        {
            total += sum;
        }

        return total;
    }
}
