using System.Text.Json.Nodes;
using Cppo.Model.Engine;
using Cppo.Model.Tokenizer;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Evaluation;
using Cppo.Pipeline.Models;
using Cppo.Pipeline.Settings;
using Cppo.Pipeline.Tests.Cli;
using Cppo.Pipeline.Tests.Configuration;
using Cppo.Stages;

namespace Cppo.Pipeline.Tests.Evaluation;

public sealed class EvaluatorTests : IDisposable
{
    private static readonly string[][] Script =
    [
        ["<think>3</think>\n<answer>7</answer>", "<answer>7.0</answer>"],
        ["it is 2", "<answer>5</answer>"],
        ["<answer>4 apples</answer>", "and so on ..."],
    ];

    private static readonly Question[] Questions =
    [
        new("a", "3 + 4", "7", 0, []),
        new("b", "two apples?", "work\n#### 2", 1, []),
        new("c", "two pears?", "4", 2, []),
    ];

    private readonly TinyModelFolder folder = new();
    private readonly ByteLevelTokenizer tokenizer;

    public EvaluatorTests() => tokenizer = ByteLevelTokenizer.Load(folder.Model);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Answered_questions_are_told_while_a_call_goes_on_and_once_each()
    {
        var told = new List<int>();
        var count = new AnswerCount(samples: 2, told.Add);
        Parallel.For(0, 7, _ => count.CompletionEnded());
        Assert.Equal([1, 2, 3], told);
        count.CompletionEnded();
        count.CallEnded(4);
        Assert.Equal([1, 2, 3, 4], told);

        // An engine that tells of no completion, and one that does, in the second call.
        count.CallEnded(8);
        count.CompletionEnded();
        count.CompletionEnded();
        Assert.Equal([1, 2, 3, 4, 8, 9], told);
    }

    private (EvaluationResult Result, ScriptedEngine Engine) Run(int questionsPerCall)
    {
        var engine = new ScriptedEngine(tokenizer, Script);
        var prompts = new PromptRenderer(tokenizer, new PromptConfig { Template = "none" });
        using var snapshot = ScriptedEngine.WeightsOf(version: 3);
        var sampling = new SamplingSettings
        {
            Temperature = 1,
            MaxNewTokens = 100,
            StopTokenIds = [],
            Seed = 9,
        };
        var result = new Evaluator(engine, tokenizer, prompts, Questions)
            .RunAsync(snapshot, sampling, new EvaluatorSettings(JudgingRule.Number, Samples: 2, questionsPerCall, Ks: [2]), default)
            .Result;
        return (result, engine);
    }

    private EvaluationReport Report()
    {
        var config = new PipelineConfig
        {
            Evaluation = new() { Samples = 2, Temperature = 1 },
            Model = new() { Path = "m" },
        };
        var plan = new EvaluationPlan("gsm8k", config, JudgingRule.Number, ["level"], [2]);
        return new(plan, "m", Run(2).Result, new TestQuestions(Questions, [new LabelColumn("level", ["2", "1", "2"])]));
    }

    [Fact]
    public void Every_question_is_answered_once_and_the_last_batch_is_whole()
    {
        var (result, engine) = Run(questionsPerCall: 2);
        Assert.Equal([2, 1], engine.Calls);
        Assert.Equal(["a", "b", "c"], result.Questions.Select(question => question.Question.Id));
        Assert.Equal(Script, result.Questions.Select(question => question.Samples.Select(sample => sample.Text).ToArray()));
        Assert.Equal((3, 3), (result.PolicyVersion, result.Summary.NumQuestions));
    }

    [Fact]
    public void The_numbers_do_not_depend_on_the_batch()
    {
        var (one, all) = (Run(1).Result, Run(16).Result);
        Assert.Equal(one.Summary, all.Summary);
        Assert.Equal(one.Judged, all.Judged);
    }

    [Fact]
    public void Strict_and_lenient_side_by_side()
    {
        var summary = Run(2).Result.Summary;

        // Strict: 2 of 2, 0 of 2, 1 of 2; lenient: also "it is 2".
        Assert.Equal(0.5, summary.Strict.PassAtOne.Value, 12);
        Assert.Equal(2 / 3.0, summary.Lenient.PassAtOne.Value, 12);
        Assert.Equal(2 / 3.0, summary.Strict.PassAtK[0].Item2.Value, 12);
        Assert.Equal(1.0, summary.Lenient.PassAtK[0].Item2.Value, 12);

        // Votes: 7 and 7.0; only 5 has a tag; only 4 has an answer.
        Assert.Equal(2 / 3.0, summary.Strict.Majority.Value, 12);
        Assert.Equal(1.0, summary.Lenient.Majority.Value, 12);
        Assert.Equal(1 / 6.0, summary.Format.Value, 12);
        Assert.Equal(1 / 6.0, summary.Truncated.Value, 12);
    }

    [Theory]
    [InlineData("recipes/math-qwen2.5-7b.json", "expression")]
    [InlineData("recipes/gsm8k-qwen2.5-1.5b.json", "number")]
    public void A_run_is_evaluated_by_the_rule_of_its_reward(string recipe, string rule) =>
        Assert.Equal(rule, Judge.nameOf(SettingsMap.Judging(ConfigLoader.Load(Repository.Path(recipe), []))));

    [Fact]
    public void The_JSON_holds_what_a_comparison_reads()
    {
        var report = Report();
        string text = EvaluationJson.Write([report], [], hasOutcomes: true);
        var read = Assert.Single(EvaluationFile.Parse("a.json", text));
        var made = report.ToStored();
        Assert.Equal(("gsm8k", "m", 1UL), (read.Benchmark, read.Model, read.Seed));
        Assert.Equal(made.Questions, read.Questions);
        Assert.Equal(made.Settings, read.Settings);

        var json = JsonNode.Parse(text)!;

        // A result of before top-p, top-k and min-p is one without them.
        var earlier = JsonNode.Parse(text)!.AsObject();
        Assert.All(["top_p", "top_k", "min_p"], name => Assert.True(earlier.Remove(name)));
        Assert.Equal(read.Settings, Assert.Single(EvaluationFile.Parse("a.json", earlier.ToJsonString())).Settings);
        Assert.Equal(0.5, (double)json["accuracy"]!, 12);
        Assert.Equal(2 / 3.0, (double)json["lenient_accuracy"]!, 12);
        Assert.Equal(2, (int)json["pass_at_k"]![0]!["k"]!);
        var level2 = json["parts"]!["level"]![1]!;
        Assert.Equal(("2", 2, 0.75), ((string)level2["label"]!, (int)level2["questions"]!, (double)level2["accuracy"]!));
    }

    [Fact]
    public void The_table_is_aligned()
    {
        string[] lines = [.. EvaluationTable.Lines(Report())];
        Assert.StartsWith("gsm8k: m, 3 questions, 2 samples each at temperature 1, ", lines[0], StringComparison.Ordinal);

        // One in 27 resamples is three times the same question, so the 2.5 % quantile is the least value. Columns without spread have
        // Wilson's.
        Assert.Equal(
            [
                "              strict  95 % interval  lenient  95 % interval",
                "pass@1        50.0 %   0.0 to 100.0   66.7 %  50.0 to 100.0",
                "pass@2        66.7 %   0.0 to 100.0  100.0 %  43.9 to 100.0",
                "maj@2         66.7 %   0.0 to 100.0  100.0 %  43.9 to 100.0",
                "format kept   16.7 %    0.0 to 50.0",
                "truncated     16.7 %    0.0 to 50.0",
            ],
            lines[1..7]
        );
        Assert.Matches("^tokens, mean +[0-9.]+$", lines[7]);
        Assert.Equal("undecided          0", lines[8]);
        Assert.Equal(
            [
                "",
                "level  questions  strict  95 % interval  lenient  95 % interval",
                "1              1   0.0 %    0.0 to 79.3   50.0 %    5.5 to 94.5",
                "2              2  75.0 %  50.0 to 100.0   75.0 %  50.0 to 100.0",
            ],
            lines[9..]
        );
    }

    [Fact]
    public void Each_completion_has_a_row_with_its_judgement()
    {
        var rows = EvaluatedRows.Of(Report()).ToArray();
        Assert.Equal(6, rows.Length);
        Assert.Equal(
            ("b", 0, "it is 2", false, true, "1"),
            (
                (string)rows[2]["question_id"]!,
                (int)rows[2]["completion_index"]!,
                (string)rows[2]["completion"]!,
                (bool)rows[2]["strict_correct"]!,
                (bool)rows[2]["lenient_correct"]!,
                (string)rows[2]["label_level"]!
            )
        );
        Assert.Contains("the number 2 equals '2'", (string)rows[2]["reason"]!, StringComparison.Ordinal);
        Assert.Equal(["stop", "stop", "stop", "stop", "stop", "length"], rows.Select(row => (string)row["finish_reason"]!));
    }
}
