using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Evaluation;
using Cppo.Pipeline.Tests.Configuration;

namespace Cppo.Pipeline.Tests.Evaluation;

/// <summary>The benchmarks' real files, read with the settings that <c>--benchmark</c> gives.</summary>
public sealed class BenchmarkDataTests
{
    [DataFact("gsm8k/test.jsonl")]
    public Task Gsm8k() => Whole("gsm8k", "gsm8k/test.jsonl", 1319, "gsm8k:1319");

    [DataFact("math/test500.jsonl")]
    public async Task Math500()
    {
        var questions = await Whole("math500", "math/test500.jsonl", 500, null);
        Assert.Equal(["level", "subject"], questions.Labels.Select(column => column.Name));
        Assert.Equal(["1", "2", "3", "4", "5"], questions.Labels[0].Labels.Distinct().Order());
        Assert.Equal(7, questions.Labels[1].Labels.Distinct().Count());
    }

    [DataFact("amc23/test.jsonl")]
    public Task Amc23() => Whole("amc23", "amc23/test.jsonl", 40, null);

    [DataFact("aime24/test.jsonl")]
    public Task Aime24() => Whole("aime24", "aime24/test.jsonl", 30, null);

    /// <summary>Every question is there, and its gold answer is right in tags and by itself.</summary>
    private static async Task<TestQuestions> Whole(string name, string file, int numQuestions, string? lastId)
    {
        var benchmark = Benchmark.Known.Single(known => known.Name == name);
        var config = ConfigLoader.Load(Repository.Path("pipeline.json"), [.. benchmark.Overrides(RealData.Path(file))]);
        var questions = await TestQuestions.ReadAsync(
            new EvaluationPlan(name, config, benchmark.Rule, benchmark.LabelColumns, [1]),
            default
        );
        Assert.Equal(numQuestions, questions.Questions.Length);
        Assert.Equal(numQuestions, questions.Questions.DistinctBy(question => question.Id).Count());
        if (lastId is not null)
        {
            Assert.Equal(lastId, questions.Questions[^1].Id);
        }

        Assert.All(
            questions.Questions,
            question =>
            {
                string gold = benchmark.Rule.IsNumber ? AnswerExtraction.ofGold(question.Answer)!.Value : question.Answer;
                var judgement = Judge.completion(benchmark.Rule, question.Answer, $"<think>...</think>\n<answer>{gold}</answer>");
                Assert.True(
                    judgement is { IsStrictlyCorrect: true, IsLenientlyCorrect: true, KeepsFormat: true },
                    $"{question.Id}: {judgement.Reason}"
                );
            }
        );
        return questions;
    }
}
