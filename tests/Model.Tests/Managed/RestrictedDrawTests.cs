using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;

namespace Cppo.Model.Tests.Managed;

/// <summary>The selection without sorting against ones that sort.</summary>
public sealed unsafe class RestrictedDrawTests
{
    private static readonly SamplingRestriction[] Restrictions =
    [
        new() { TopP = 0.95 },
        new() { TopP = 0.5 },
        new() { TopP = 0.001 },
        new() { TopP = 0.9999 },
        new() { TopK = 1 },
        new() { TopK = 20 },
        new() { TopK = 3000 },
        new() { MinP = 0.05 },
        new() { MinP = 1 },
        new() { TopK = 50, TopP = 0.8 },
        new()
        {
            TopK = 4,
            TopP = 0.6,
            MinP = 0.3,
        },
        new() { TopP = 0.95, MinP = 0.02 },
        new() { TopP = 0.3, MinP = 0.001 },
        new() { TopK = 100, MinP = 0.2 },
    ];

    /// <summary>Logits of a vocabulary; spread decides how peaked, levels how many tokens are equal.</summary>
    public static TheoryData<int, double, double> Rows =>
        new()
        {
            { 1, 3, 0 },
            { 5, 1, 0 },
            { 60, 2, 0 },
            { 64, 2, 0 },
            { 1000, 0.01, 0 },
            { 1000, 8, 0 },
            { 1000, 2, 1 },
            { 4321, 3, 4 },
            { 4321, 0, 1 },
            { 151_936, 1.5, 0 },
            { 151_936, 4, 8 },
            { 151_936, 0, 1 },
        };

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_same_tokens_stay_as_where_all_are_sorted(int vocabulary, double spread, double levels)
    {
        var draw = new RestrictedDraw();
        for (int seed = 0; seed < (vocabulary > 10_000 ? 2 : 12); seed++)
        {
            using var logits = Logits(vocabulary, spread, levels, seed);
            double total = TokenDraw.Weigh(logits.Pointer, vocabulary, 0.9);
            float[] weights = new Span<float>(logits.Pointer, vocabulary).ToArray();
            foreach (var restriction in Restrictions)
            {
                draw.Restrict(logits.Pointer, vocabulary, total, restriction);
                Assert.Equal(Sorted(weights, restriction), draw.Ids.ToArray());
            }
        }
    }

    /// <summary>
    /// Transformers' definition: from the smallest up, those are taken out whose cumulative probability does not exceed 1 - p; then those
    /// below the k-th before it, those below min-p after it. It agrees where no two are equal.
    /// </summary>
    [Theory]
    [InlineData(60, 2)]
    [InlineData(1000, 1)]
    [InlineData(5000, 3)]
    public void The_same_tokens_stay_as_by_transformers_warpers(int vocabulary, double spread)
    {
        var draw = new RestrictedDraw();
        for (int seed = 0; seed < 10; seed++)
        {
            using var logits = Logits(vocabulary, spread, 0, seed);
            double total = TokenDraw.Weigh(logits.Pointer, vocabulary, 0.7);
            float[] weights = new Span<float>(logits.Pointer, vocabulary).ToArray();
            foreach (var restriction in Restrictions)
            {
                draw.Restrict(logits.Pointer, vocabulary, total, restriction);
                Assert.Equal(Warped(weights, restriction), draw.Ids.ToArray());
            }
        }
    }

    [Theory]
    // Probabilities 0.1, 0.4, 0.2, 0.3: by hand.
    [InlineData(0.7, 0, 0.0, new[] { 1, 3 })]
    [InlineData(0.71, 0, 0.0, new[] { 1, 2, 3 })]
    [InlineData(0.3, 0, 0.0, new[] { 1 })]
    [InlineData(1.0, 3, 0.0, new[] { 1, 2, 3 })]
    [InlineData(1.0, 0, 0.5, new[] { 1, 2, 3 })]
    [InlineData(1.0, 0, 0.6, new[] { 1, 3 })]
    // Of 0.4, 0.2 and 0.3 it is 0.9 that p is a share of.
    [InlineData(0.77, 3, 0.0, new[] { 1, 3 })]
    [InlineData(0.99, 3, 0.7, new[] { 1, 3 })]
    public void A_distribution_by_hand(double topP, int topK, double minP, int[] expected)
    {
        using var weights = new AlignedBuffer(4);
        (weights.Pointer[0], weights.Pointer[1], weights.Pointer[2], weights.Pointer[3]) = (0.25f, 1, 0.5f, 0.75f);
        var draw = new RestrictedDraw();
        draw.Restrict(
            weights.Pointer,
            4,
            2.5,
            new()
            {
                TopP = topP,
                TopK = topK,
                MinP = minP,
            }
        );
        Assert.Equal(expected, draw.Ids.ToArray());
    }

    [Theory]
    [InlineData(0.5, 0, new[] { 0, 1, 2, 3, 4 })]
    [InlineData(0.51, 0, new[] { 0, 1, 2, 3, 4, 5 })]
    [InlineData(1.0, 3, new[] { 0, 1, 2 })]
    public void Of_equal_tokens_the_lowest_ids_stay(double topP, int topK, int[] expected)
    {
        using var weights = new AlignedBuffer(10);
        new Span<float>(weights.Pointer, 10).Fill(1);
        var draw = new RestrictedDraw();
        draw.Restrict(weights.Pointer, 10, 10, new() { TopP = topP, TopK = topK });
        Assert.Equal(expected, draw.Ids.ToArray());
    }

    [Fact]
    public void Draws_invert_the_cumulative_distribution_of_what_stays_and_say_its_logprobs()
    {
        const int vocabulary = 300;
        using var logits = Logits(vocabulary, 2, 0, seed: 3);
        double total = TokenDraw.Weigh(logits.Pointer, vocabulary, 0.8);
        var draw = new RestrictedDraw();
        draw.Restrict(logits.Pointer, vocabulary, total, new() { TopP = 0.9, TopK = 40 });
        int[] ids = draw.Ids.ToArray();
        double[] weights = [.. ids.Select(id => (double)logits.Pointer[id])];
        var found = new Dictionary<int, double>();
        for (double uniform = 0; uniform < 1; uniform += 0.00093)
        {
            int token = draw.Pick(uniform, out float logprob);
            int at = Array.IndexOf(ids, token);
            Assert.InRange(
                uniform * weights.Sum(),
                weights[..at].Sum() - (1e-9 * weights.Sum()),
                weights[..(at + 1)].Sum() + (1e-9 * weights.Sum())
            );
            Assert.Equal(Math.Log(weights[at] / weights.Sum()), logprob, 1e-6);
            found[token] = Math.Exp(logprob);
        }

        Assert.Equal(ids, found.Keys.Order());
        Assert.Equal(1, found.Values.Sum(), 1e-5);
        Assert.Equal(ids[^1], draw.Pick(1 - 1e-12, out _));
    }

    [Fact]
    public void Tokens_without_weight_never_stay_and_what_is_no_number_stays_none()
    {
        using var weights = new AlignedBuffer(6);
        new Span<float>(weights.Pointer, 6).Clear();
        (weights.Pointer[2], weights.Pointer[4]) = (0.5f, 1);
        var draw = new RestrictedDraw();
        draw.Restrict(weights.Pointer, 6, 1.5, new() { TopK = 5 });
        Assert.Equal([2, 4], draw.Ids.ToArray());
        weights.Pointer[3] = float.NaN;
        draw.Restrict(weights.Pointer, 6, double.NaN, new() { TopP = 0.9 });
        Assert.Equal(0, draw.Pick(0.5, out float logprob));
        Assert.Equal(float.NaN, logprob);
    }

    private static AlignedBuffer Logits(int vocabulary, double spread, double levels, int seed)
    {
        var random = new Random(seed);
        var logits = new AlignedBuffer(vocabulary);
        for (int i = 0; i < vocabulary; i++)
        {
            // A sum of three uniform numbers, whose tail is not too long.
            double value = spread * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 4;
            logits.Pointer[i] = (float)(levels > 0 ? Math.Round(value * levels) / levels : value);
        }

        return logits;
    }

    /// <summary>Sorts by weight, then by id, and takes from the front.</summary>
    private static int[] Sorted(float[] weights, SamplingRestriction restriction)
    {
        int[] order =
        [
            .. Enumerable.Range(0, weights.Length).Where(id => weights[id] > 0).OrderByDescending(id => weights[id]).ThenBy(id => id),
        ];
        int[] likeliest = restriction.TopK > 0 ? [.. order.Take(restriction.TopK)] : order;
        double share = restriction.TopP * likeliest.Sum(id => (double)weights[id]),
            before = 0;
        var stays = new List<int>();
        foreach (int id in likeliest)
        {
            if (restriction.TopP < 1 && before >= share)
            {
                break;
            }

            before += weights[id];
            stays.Add(id);
        }

        return [.. stays.Where(id => weights[id] >= restriction.MinP * (double)weights[order[0]]).Order()];
    }

    private static int[] Warped(float[] weights, SamplingRestriction restriction)
    {
        double[] scores = [.. weights.Select(weight => Math.Log(weight))];
        if (restriction.TopK > 0)
        {
            double kth = scores.OrderDescending().ElementAt(Math.Min(restriction.TopK, scores.Length) - 1);
            scores = [.. scores.Select(score => score < kth ? double.NegativeInfinity : score)];
        }

        if (restriction.TopP < 1)
        {
            double[] probabilities = Softmax(scores);
            double cumulative = 0;
            int[] ascending = [.. Enumerable.Range(0, scores.Length).OrderBy(id => probabilities[id])];
            foreach (int id in ascending[..^1])
            {
                cumulative += probabilities[id];
                scores[id] = cumulative <= 1 - restriction.TopP ? double.NegativeInfinity : scores[id];
            }
        }

        if (restriction.MinP > 0)
        {
            double[] probabilities = Softmax(scores);
            double least = restriction.MinP * probabilities.Max();
            scores = [.. scores.Select((score, id) => probabilities[id] < least * (1 - 1e-12) ? double.NegativeInfinity : score)];
        }

        return [.. Enumerable.Range(0, scores.Length).Where(id => !double.IsNegativeInfinity(scores[id]))];
    }

    private static double[] Softmax(double[] scores)
    {
        double[] weights = [.. scores.Select(Math.Exp)];
        double sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }
}
