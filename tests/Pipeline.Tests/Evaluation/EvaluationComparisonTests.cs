using Cppo.Pipeline.Data;
using Cppo.Pipeline.Evaluation;

namespace Cppo.Pipeline.Tests.Evaluation;

public sealed class EvaluationComparisonTests
{
    private static StoredEvaluation Stored(string model, params (string Id, double Strict)[] questions) =>
        new(
            "gsm8k",
            "test.jsonl",
            model,
            1,
            [new("template", "gsm8k"), new("temperature", model == "hot" ? "1" : "0")],
            [.. questions.Select(question => new StoredQuestion(question.Id, "digest of " + question.Id, question.Strict, question.Strict))]
        );

    [Fact]
    public void Questions_are_matched_by_id()
    {
        var comparison = EvaluationComparison.Of(Stored("a", ("1", 0), ("2", 1), ("3", 0)), Stored("hot", ("3", 1), ("1", 1), ("2", 1)));
        Assert.Equal(("a", "hot", 2 / 3.0), (comparison.First, comparison.Second, comparison.Strict.Difference));
        Assert.Equal((2, 0, 1), (comparison.Strict.NumWon, comparison.Strict.NumLost, comparison.Strict.NumTied));
        Assert.Equal(["temperature differs: 0 and 1"], comparison.Notes);
        string[] lines = [.. EvaluationTable.Lines(comparison)];
        Assert.Equal("gsm8k: second hot against first a, 3 questions", lines[0]);
        Assert.Contains("+66.7", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public void Other_questions_are_refused_with_the_place()
    {
        var first = Stored("a", ("1", 0), ("2", 1));
        void Refused(StoredEvaluation second, string where) =>
            Assert.Contains(
                where,
                Assert.Throws<DataException>(() => EvaluationComparison.Of(first, second)).Message,
                StringComparison.Ordinal
            );
        Refused(Stored("b", ("1", 0)), "question '2' is only in the first, which has 2 against 1");
        Refused(Stored("b", ("1", 0), ("2", 1), ("3", 1)), "question '3' is only in the second, which has 3 against 2");
        Refused(Stored("b", ("1", 0), ("x", 1)), "question '2' is only in the first");
        Refused(
            first with
            {
                Questions = [first.Questions[0], first.Questions[1] with { Digest = "other" }],
            },
            "question '2' has another text or gold answer"
        );
    }

    [Fact]
    public void Several_are_paired_by_benchmark()
    {
        var (gsm8k, aime) = (Stored("a", ("1", 0)), Stored("a", ("1", 1)) with { Benchmark = "aime24" });
        var comparisons = EvaluationComparison.OfAll([gsm8k, aime], [aime, gsm8k]);
        Assert.Equal(["gsm8k", "aime24"], comparisons.Select(comparison => comparison.Name));
        Assert.All(comparisons, comparison => Assert.Equal(0, comparison.Strict.Difference));
        Assert.Contains(
            "only one has aime24",
            Assert.Throws<DataException>(() => EvaluationComparison.OfAll([gsm8k, aime], [gsm8k])).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("", "is no result of eval --output")]
    [InlineData("[1]", "is no result of eval --output")]
    [InlineData("{}", "has no outcomes")]
    [InlineData("{\"outcomes\":[]}", "has no question")]
    [InlineData("{\"outcomes\":[{\"id\":\"1\"}]}", "is no result of eval --output")]
    [InlineData("{\"evaluations\":[]}", "holds no evaluation")]
    [InlineData(
        "{\"outcomes\":[{\"id\":\"1\",\"digest\":\"d\",\"strict\":[],\"lenient\":[]},"
            + "{\"id\":\"1\",\"digest\":\"d\",\"strict\":[],\"lenient\":[]}]}",
        "the question '1' twice"
    )]
    public void A_file_that_is_no_result_is_refused(string text, string expected) =>
        Assert.Contains(
            expected,
            Assert.Throws<DataException>(() => EvaluationFile.Parse("a.json", text)).Message,
            StringComparison.Ordinal
        );
}
