using Cppo.Model.Engine;

namespace Cppo.Model.Tests.Engine;

/// <summary>Top-p, top-k and min-p on every engine.</summary>
public sealed class RestrictedGenerationTests
{
    private const int Vocabulary = 60;

    public static IEnumerable<object[]> Cases =>
        EngineUnderTest.WithEach([
            [0.6, 0, 0.0],
            [0.95, 0, 0.0],
            [1.0, 1, 0.0],
            [1.0, 7, 0.0],
            [1.0, 0, 0.2],
            [0.8, 20, 0.05],
        ]);

    /// <summary>
    /// The first token's distribution by the trainer, restricted by sorting: only what stays is drawn, with its scaled probability, and as
    /// often.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Tokens_are_drawn_from_what_stays_with_its_logprobs(string engineName, double topP, int topK, double minP)
    {
        using var engine = TinyModel.Engine(engineName);
        using var snapshot = engine.Publish(0);
        var prompt = new GenerationPrompt([3, 5, 7], 1);
        var restriction = new SamplingRestriction
        {
            TopP = topP,
            TopK = topK,
            MinP = minP,
        };
        var request = TinyModel.Request(1, 3000, 0.8, 1) with { Prompts = [prompt] };
        request = request with { Sampling = request.Sampling with { Restriction = restriction } };
        var all = Samples.Batch([prompt.TokenIds], [.. Enumerable.Range(0, Vocabulary).Select(id => (0, new[] { id }))]);
        double[] probabilities = [.. engine.Logprobs(snapshot, all, 0.8).Select(row => Math.Exp(row[0]))];
        int[] stays = Stays(probabilities, restriction);
        Assert.InRange(stays.Length, 1, Vocabulary - 1);
        double whole = stays.Sum(id => probabilities[id]);

        var drawn = engine.Generate(snapshot, request, default)[0].Completions;
        Assert.All(drawn, completion => Assert.Contains(completion.TokenIds[0], stays));
        Assert.All(drawn, c => Assert.Equal(Math.Log(probabilities[c.TokenIds[0]] / whole), c.Logprobs[0], 1e-4));
        double chiSquared = stays.Sum(id =>
        {
            double expected = drawn.Length * probabilities[id] / whole;
            double found = drawn.Count(completion => completion.TokenIds[0] == id);
            return (found - expected) * (found - expected) / expected;
        });
        int degrees = stays.Length - 1;
        Assert.True(chiSquared <= degrees + (5 * Math.Sqrt(2.0 * degrees)), $"chi squared {chiSquared} with {degrees} degrees of freedom");
    }

    [Theory]
    [Engines(0.9, 0, 0.0)]
    [Engines(0.9, 12, 0.1)]
    public void Engines_draw_the_same_completions(string engineName, double topP, int topK, double minP)
    {
        var restriction = new SamplingRestriction
        {
            TopP = topP,
            TopK = topK,
            MinP = minP,
        };
        var expected = Completions(EngineUnderTest.Names[0], restriction, threads: 1);
        var actual = Completions(engineName, restriction, threads: 1);
        // Rounding differs from engine to engine, and may turn a draw on the edge between two tokens, or a token on the edge of what stays.
        int same = expected.Zip(actual, (a, b) => a.TokenIds.SequenceEqual(b.TokenIds) ? 1 : 0).Sum();
        Assert.True(same >= expected.Length - 2, $"{same} of {expected.Length} completions are the same");
        foreach (var (a, b) in expected.Zip(actual).Where(pair => pair.First.TokenIds.SequenceEqual(pair.Second.TokenIds)))
        {
            Assert.All(a.Logprobs.Zip(b.Logprobs), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
        }
    }

    [Theory]
    [Engines]
    public void One_thread_and_three_draw_the_same(string engineName)
    {
        var restriction = new SamplingRestriction { TopP = 0.9, TopK = 30 };
        var one = Completions(engineName, restriction, threads: 1);
        var three = Completions(engineName, restriction, threads: 3);
        Assert.Equal(one.Select(c => c.TokenIds), three.Select(c => c.TokenIds));
        Assert.Equal(one.SelectMany(c => c.Logprobs), three.SelectMany(c => c.Logprobs));
    }

    [Theory]
    [Engines]
    public void A_restriction_that_leaves_all_changes_nothing_but_rounding_and_greedy_knows_none(string engineName)
    {
        var plain = Completions(engineName, SamplingRestriction.None, threads: 1);
        var all = Completions(engineName, new() { TopK = Vocabulary, MinP = 1e-30 }, threads: 1);
        Assert.True(plain.Zip(all, (a, b) => a.TokenIds.SequenceEqual(b.TokenIds) ? 1 : 0).Sum() >= plain.Length - 1);
        var greedy = Completions(engineName, SamplingRestriction.None, threads: 1, temperature: 0);
        var restricted = Completions(engineName, new() { TopK = 2, TopP = 0.5 }, threads: 1, temperature: 0);
        Assert.Equal(greedy.SelectMany(c => c.Logprobs), restricted.SelectMany(c => c.Logprobs));
    }

    [Theory]
    [InlineData(0.0, 0, 0.0, "Top-p is 0; it must be 0.001 to 1.")]
    [InlineData(1.5, 0, 0.0, "Top-p is 1.5; it must be 0.001 to 1.")]
    [InlineData(1.0, -1, 0.0, "Top-k is -1; it must be 0 or more.")]
    [InlineData(1.0, 0, double.NaN, "Min-p is NaN; it must be 0 to 1.")]
    public void What_is_no_restriction_is_refused(double topP, int topK, double minP, string sentence)
    {
        using var engine = TinyModel.Engine(EngineUnderTest.Names[0]);
        using var snapshot = engine.Publish(0);
        var request = TinyModel.Request(1, 1);
        request = request with
        {
            Sampling = request.Sampling with
            {
                Restriction = new()
                {
                    TopP = topP,
                    TopK = topK,
                    MinP = minP,
                },
            },
        };
        string message = Assert.Throws<ArgumentException>(() => engine.Generate(snapshot, request, default)).Message;
        Assert.StartsWith(sentence, message, StringComparison.Ordinal);
    }

    private static GeneratedCompletion[] Completions(
        string engineName,
        SamplingRestriction restriction,
        int threads,
        double temperature = 1
    )
    {
        using var engine = TinyModel.Engine(engineName, settings: new EngineSettings { Threads = threads });
        using var snapshot = engine.Publish(0);
        var request = TinyModel.Request(5, 6, temperature, 12, 3, 4, 5);
        request = request with { Sampling = request.Sampling with { Restriction = restriction } };
        return [.. engine.Generate(snapshot, request, default).SelectMany(group => group.Completions)];
    }

    private static int[] Stays(double[] probabilities, SamplingRestriction restriction)
    {
        int[] order = [.. Enumerable.Range(0, probabilities.Length).OrderByDescending(id => probabilities[id]).ThenBy(id => id)];
        int[] likeliest = restriction.TopK > 0 ? [.. order.Take(restriction.TopK)] : order;
        double share = restriction.TopP * likeliest.Sum(id => probabilities[id]);
        return
        [
            .. likeliest.Where(
                (id, place) =>
                    likeliest.Take(place).Sum(before => probabilities[before]) < share
                    && probabilities[id] >= restriction.MinP * probabilities[order[0]]
            ),
        ];
    }
}
