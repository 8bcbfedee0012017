// Letters: V vocabulary, C candidates.
using System.Numerics;
using System.Runtime.Intrinsics;
using Cppo.Model.Engine;

namespace Cppo.Model.Managed.Kernels;

/// <summary>
/// Draws from the part of a distribution that top-k, top-p and min-p leave, in this order: the k likeliest tokens; of them the fewest
/// likeliest ones whose share of their sum reaches p; of them those at least min-p times as likely as the likeliest. Where equal tokens
/// cannot all stay, those of the lowest ids do. The vocabulary is not sorted: a bound that is found without looking at single tokens leaves
/// few candidates, and among these the weight of the last that stays is found by its bits. For one thread.
/// </summary>
internal sealed unsafe class RestrictedDraw
{
    private const int Block = 64;

    // More than the order of a sum changes, so that rounding leaves no token out.
    private const double Slack = 1e-9;

    /// <summary>Its memory is taken again for each row that a thread draws from.</summary>
    [ThreadStatic]
    private static RestrictedDraw? ofThread;

    private readonly WeightCut cut = new();
    private float[] largestOfBlocks = [];
    private int[] ids = [];
    private float[] kept = [];
    private double[] cumulative = [];
    private int count;

    /// <summary>The ids that stay, ascending.</summary>
    internal ReadOnlySpan<int> Ids => ids.AsSpan(0, count);

    /// <summary>
    /// What is drawn from a row of weights, on this thread and until it takes the next row; null where nothing is restricted.
    /// </summary>
    internal static RestrictedDraw? Of(float* weights, int vocabulary, double total, SamplingRestriction restriction)
    {
        if (restriction.IsNone)
        {
            return null;
        }

        ofThread ??= new RestrictedDraw();
        ofThread.Restrict(weights, vocabulary, total, restriction);
        return ofThread;
    }

    /// <summary>Takes a row of weights, as <see cref="TokenDraw.Weigh"/> makes them, and their sum, which it returned.</summary>
    internal void Restrict(float* weights, int vocabulary, double total, SamplingRestriction restriction)
    {
        float largest = Survey(weights, vocabulary);
        int most = restriction.TopK > 0 && restriction.TopK < vocabulary ? restriction.TopK : 0;
        double least = restriction.MinP * (double)largest,
            share = most == 0 && restriction.TopP < 1 ? restriction.TopP * SumFrom(weights, vocabulary, 0) : 0;
        Collect(weights, vocabulary, Bound(weights, vocabulary, most, share, restriction.TopP, largest, least));
        if (most > 0 && most < count)
        {
            Keep(cut.OfCount(kept.AsSpan(0, count), most));
        }

        if (restriction.TopP < 1)
        {
            Keep(cut.OfSum(kept.AsSpan(0, count), most > 0 ? restriction.TopP * Sum() : share));
        }

        if (restriction.MinP > 0)
        {
            KeepAtLeast(least);
        }

        if (double.IsNaN(total))
        {
            // A weight is no number: token 0 is taken with no number as its logprob, as where nothing is restricted.
            (count, ids[0], kept[0]) = (1, 0, float.NaN);
        }

        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            cumulative[i] = sum += kept[i];
        }
    }

    /// <summary>
    /// The first token that stays, in vocabulary order, whose cumulative probability exceeds <paramref name="uniform"/>, in [0, 1), and the
    /// logprob with which it is drawn.
    /// </summary>
    internal int Pick(double uniform, out float logprob)
    {
        double total = cumulative[count - 1],
            threshold = total * Math.Min(uniform, TokenDraw.LargestUniform);
        int low = 0,
            high = count - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = cumulative[middle] > threshold ? (low, middle) : (middle + 1, high);
        }

        logprob = (float)(Math.Log(kept[low]) - Math.Log(total));
        return ids[low];
    }

    private static int NumBlocks(int vocabulary) => (vocabulary + Block - 1) / Block;

    /// <summary>The largest weight of each block; returns that of all.</summary>
    private float Survey(float* weights, int vocabulary)
    {
        int blocks = NumBlocks(vocabulary);
        if (largestOfBlocks.Length < blocks)
        {
            largestOfBlocks = new float[blocks];
        }

        float largest = 0;
        for (int block = 0; block < blocks; block++)
        {
            int start = block * Block;
            largestOfBlocks[block] = VectorMath.Max(weights + start, Math.Min(Block, vocabulary - start));
            largest = MathF.Max(largest, largestOfBlocks[block]);
        }

        return largest;
    }

    /// <summary>The sum of the weights of at least <paramref name="bound"/>.</summary>
    private double SumFrom(float* weights, int vocabulary, float bound)
    {
        Vector<double> low = default,
            high = default;
        double rest = 0;
        var bounds = new Vector<float>(bound);
        for (int start = 0; start < vocabulary; start += Block)
        {
            if (largestOfBlocks[start / Block] < bound)
            {
                continue;
            }

            int end = Math.Min(start + Block, vocabulary),
                i = start;
            for (; i <= end - Vector<float>.Count; i += Vector<float>.Count)
            {
                var values = Vector.Load(weights + i);
                values = Vector.ConditionalSelect(Vector.GreaterThanOrEqual(values, bounds), values, Vector<float>.Zero);
                Vector.Widen(values, out var left, out var right);
                low += left;
                high += right;
            }

            for (; i < end; i++)
            {
                rest += weights[i] >= bound ? weights[i] : 0;
            }
        }

        return Vector.Sum(low + high) + rest;
    }

    /// <summary>
    /// A weight below which no token can stay; it may be lower than it need be, and is above 0. The share is the sum that top-p asks for,
    /// 0 where it asks for none, or for a part of what top-k leaves.
    /// </summary>
    private float Bound(float* weights, int vocabulary, int most, double share, double topP, float largest, double least)
    {
        if (most > 0)
        {
            // So many blocks have a token of at least that weight. Top-p's share is of these tokens' sum, so min-p must wait.
            int blocks = NumBlocks(vocabulary);
            return most <= blocks ? MathF.Max(float.Epsilon, cut.OfCount(largestOfBlocks.AsSpan(0, blocks), most).Weight) : float.Epsilon;
        }

        if (share == 0)
        {
            return Below(least);
        }

        // All tokens below (1 - p) / V of the sum have less than 1 - p of it together, so that the others reach p. From there up to half
        // of what does not reach it: the rest of the way is the cut's.
        float reaches = Below(Math.Max((1 - topP) / topP * share / vocabulary, least)),
            fails = largest;
        while (fails > 2 * reaches && double.IsFinite(share))
        {
            float middle = MathF.Sqrt(reaches) * MathF.Sqrt(fails);
            bool isEnough = SumFrom(weights, vocabulary, middle) >= share * (1 + Slack);
            (reaches, fails) = isEnough ? (middle, fails) : (reaches, middle);
        }

        return reaches;
    }

    private static float Below(double weight) => MathF.Max(float.Epsilon, MathF.BitDecrement((float)weight));

    /// <summary>The tokens of at least a weight, which is above 0.</summary>
    private void Collect(float* weights, int vocabulary, float bound)
    {
        count = 0;
        Reserve(1);
        var bounds = Vector256.Create(bound);
        for (int start = 0; start < vocabulary; start += Block)
        {
            if (!(largestOfBlocks[start / Block] >= bound))
            {
                continue;
            }

            int end = Math.Min(start + Block, vocabulary),
                token = start;
            Reserve(count + Block);
            for (; token <= end - Vector256<float>.Count; token += Vector256<float>.Count)
            {
                uint found = Vector256.GreaterThanOrEqual(Vector256.Load(weights + token), bounds).ExtractMostSignificantBits();
                for (; found != 0; found &= found - 1)
                {
                    Take(token + BitOperations.TrailingZeroCount(found), weights);
                }
            }

            for (; token < end; token++)
            {
                if (weights[token] >= bound)
                {
                    Take(token, weights);
                }
            }
        }
    }

    private void Take(int token, float* weights)
    {
        (ids[count], kept[count]) = (token, weights[token]);
        count++;
    }

    private void Reserve(int size)
    {
        if (ids.Length < size)
        {
            size = Math.Max(size, 2 * ids.Length);
            Array.Resize(ref ids, size);
            Array.Resize(ref kept, size);
            Array.Resize(ref cumulative, size);
        }
    }

    private double Sum()
    {
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += kept[i];
        }

        return sum;
    }

    /// <summary>Keeps what is above the cut, and as many as it says of those equal to it.</summary>
    private void Keep((float Weight, int Ties) last)
    {
        int to = 0,
            ties = last.Ties;
        for (int i = 0; i < count; i++)
        {
            if (kept[i] > last.Weight || (kept[i] == last.Weight && ties-- > 0))
            {
                (ids[to], kept[to]) = (ids[i], kept[i]);
                to++;
            }
        }

        count = to;
    }

    private void KeepAtLeast(double least)
    {
        int to = 0;
        for (int i = 0; i < count; i++)
        {
            if (kept[i] >= least)
            {
                (ids[to], kept[to]) = (ids[i], kept[i]);
                to++;
            }
        }

        count = to;
    }
}
