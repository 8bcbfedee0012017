// Letters: V vocabulary.
using System.Diagnostics;
using Cppo.Model.Engine;

namespace Cppo.Model.Managed.Kernels;

/// <summary>Log-softmax of one row of logits [V] divided by a temperature, at a few of its tokens only, and the way back.</summary>
internal static unsafe class LogSoftmax
{
    /// <summary>Log sum exp(logits / temperature).</summary>
    internal static float LogSumExp(float* logits, int vocabulary, float inverseTemperature)
    {
        float largest = VectorMath.Max(logits, vocabulary) * inverseTemperature;
        return largest + MathF.Log(VectorMath.SumOfExp(logits, vocabulary, inverseTemperature, -largest));
    }

    /// <summary>
    /// Logits to the gradient that targets with the gradients g_i by their logprobs give: (sum of g_i onehot(i) - (sum of g_i) softmax) /
    /// temperature.
    /// </summary>
    internal static void Backward(
        float* logits,
        int vocabulary,
        float inverseTemperature,
        float logSumExp,
        ReadOnlySpan<int> targets,
        ReadOnlySpan<float> gradients
    )
    {
        float sum = 0;
        foreach (float gradient in gradients)
        {
            sum += gradient;
        }

        VectorMath.ScaledExp(logits, vocabulary, inverseTemperature, -logSumExp, -sum * inverseTemperature);
        for (int i = 0; i < targets.Length; i++)
        {
            logits[targets[i]] += gradients[i] * inverseTemperature;
        }
    }
}

/// <summary>Draws a token from one row of logits [V].</summary>
internal static unsafe class TokenDraw
{
    private const int Block = 64;

    // The largest factor that keeps a product with the sum below the sum.
    internal const double LargestUniform = 1 - (1.0 / (1 << 23));

    /// <summary>The token with the largest logit, the lowest id on ties, and its logprob at temperature 1.</summary>
    internal static int Greedy(float* logits, int vocabulary, out float logprob)
    {
        int token = FirstLargest(logits, vocabulary, out float largest);
        logprob = -MathF.Log(VectorMath.SumOfExp(logits, vocabulary, 1, -largest));
        return token;
    }

    /// <summary>
    /// Logits to weights, e^((logit - largest) / temperature), from which any number of tokens can be picked; returns their sum. The
    /// temperature is at least
    /// <see cref="SamplingSettings.SmallestTemperature"/>.
    /// </summary>
    internal static double Weigh(float* logits, int vocabulary, double temperature)
    {
        float inverse = (float)(1 / temperature),
            shift = -VectorMath.Max(logits, vocabulary) * inverse;
        double total = 0;
        for (int start = 0; start < vocabulary; start += Block)
        {
            total += VectorMath.ExpSum(logits + start, logits + start, Math.Min(Block, vocabulary - start), inverse, shift);
        }

        return total;
    }

    /// <summary>
    /// The first token, in vocabulary order, whose cumulative probability exceeds <paramref name="uniform"/>, in [0, 1), and its logprob.
    /// <paramref name="total"/> is what
    /// <see cref="Weigh"/> returned.
    /// </summary>
    internal static int Pick(float* weights, int vocabulary, double total, double uniform, out float logprob)
    {
        int token = Find(weights, vocabulary, total * Math.Min(uniform, LargestUniform));
        logprob = (float)(Math.Log(weights[token]) - Math.Log(total));
        return token;
    }

    /// <summary>
    /// Skips whole blocks, then tokens. Blocks are summed as <see cref="VectorMath.ExpSum"/> summed them, so the two sums agree.
    /// </summary>
    private static int Find(float* weights, int vocabulary, double threshold)
    {
        double passed = 0;
        for (int start = 0; start < vocabulary; start += Block)
        {
            int length = Math.Min(Block, vocabulary - start);
            double next = passed + VectorMath.Sum(weights + start, length);
            if (next <= threshold)
            {
                passed = next;
                continue;
            }

            for (int token = start; token < start + length; token++)
            {
                passed += weights[token];
                if (passed > threshold)
                {
                    return token;
                }
            }

            // Rounding left the sum of the block's tokens one by one just below the threshold.
            return start + FirstLargest(weights + start, length, out _);
        }

        throw new UnreachableException("The weights' sum is not the one they were picked with.");
    }

    /// <summary>The first place of the largest number; 0 where a number is NaN.</summary>
    private static int FirstLargest(float* x, int length, out float largest)
    {
        largest = VectorMath.Max(x, length);
        return Math.Max(0, new Span<float>(x, length).IndexOf(largest));
    }
}
