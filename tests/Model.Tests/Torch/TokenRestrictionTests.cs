using Cppo.Model.Engine;
using Cppo.Model.Torch;
using static TorchSharp.torch;

namespace Cppo.Model.Tests.Torch;

/// <summary>The selection on the device against sorting, in vocabularies that take more than one look.</summary>
public sealed class TokenRestrictionTests
{
    private const int Rows = 3;

    [TorchFact]
    public void What_stays_is_what_sorting_leaves_but_for_rounding()
    {
        SamplingRestriction[] restrictions =
        [
            new() { TopP = 0.3 },
            new() { TopP = 0.95 },
            new() { TopK = 1 },
            new() { TopK = 1500 },
            new() { MinP = 0.1 },
            new() { TopK = 2000, TopP = 0.9 },
            new() { TopP = 0.95, MinP = 0.05 },
        ];
        foreach (
            var (vocabulary, spread, levels) in new[]
            {
                (200, 2.0, 0.0),
                (9000, 0.5, 0.0),
                (9000, 3.0, 0.0),
                (9000, 2.0, 2.0),
                (1024, 0.0, 1.0),
            }
        )
        {
            using var scope = NewDisposeScope();
            var random = new Random(vocabulary);
            float[] logits = [.. Enumerable.Range(0, Rows * vocabulary).Select(_ => Logit(random, spread, levels))];
            var logprobs = HostArrays.Upload(logits, CPU).view(Rows, vocabulary).log_softmax(-1);
            float[] weights = HostArrays.Download(logprobs.exp());
            foreach (var restriction in restrictions)
            {
                float[] left = HostArrays.Download(TokenRestriction.Apply(logprobs, restriction));
                for (int row = 0; row < Rows; row++)
                {
                    Check(
                        weights.AsSpan(row * vocabulary, vocabulary).ToArray(),
                        left.AsSpan(row * vocabulary, vocabulary).ToArray(),
                        restriction
                    );
                }
            }
        }
    }

    /// <summary>The likeliest stay, the lowest ids first, as many as they should be or one more or less; and are scaled to 1.</summary>
    private static void Check(float[] weights, float[] left, SamplingRestriction restriction)
    {
        int[] order = [.. Enumerable.Range(0, weights.Length).OrderByDescending(id => weights[id]).ThenBy(id => id)];
        int most = restriction.TopK > 0 ? Math.Min(restriction.TopK, weights.Length) : weights.Length;
        double share = restriction.TopP * order.Take(most).Sum(id => (double)weights[id]),
            before = 0;
        int expected = 0;
        while (
            expected < most
            && (restriction.TopP == 1 || before < share)
            && weights[order[expected]] >= restriction.MinP * (double)weights[order[0]]
        )
        {
            before += weights[order[expected++]];
        }

        int[] stays = [.. Enumerable.Range(0, left.Length).Where(id => !float.IsNegativeInfinity(left[id]))];
        int slack = restriction.TopP < 1 ? 1 : 0;
        Assert.InRange(stays.Length, expected - slack, expected + slack);
        Assert.Equal(order.Take(stays.Length).Order(), stays);
        Assert.Equal(1, stays.Sum(id => Math.Exp(left[id])), 1e-4);
    }

    private static float Logit(Random random, double spread, double levels)
    {
        double value = spread * 4 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5);
        return (float)(levels > 0 ? Math.Round(value * levels) / levels : value);
    }
}
