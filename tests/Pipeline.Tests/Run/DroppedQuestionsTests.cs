using System.Text.Json.Nodes;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Run;
using Cppo.Pipeline.Tests.Browse;
using Cppo.Pipeline.Tests.Telemetry;
using Cppo.Stages;

namespace Cppo.Pipeline.Tests.Run;

/// <summary>Questions whose gold answers cannot be rewarded are left out of training, counted and listed.</summary>
[Collection(RunsCollection.Name)]
public sealed class DroppedQuestionsTests(SmallModel model) : IDisposable
{
    private static readonly RewardSettings Math = new([new RewardSetting("mathAccuracy", 1)], 3, -1, LengthRewardSettings.Default);

    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    /// <summary>The model's training file with two golds that cannot be read among its rows.</summary>
    private string[] Settings()
    {
        var lines = File.ReadAllLines(Path.Combine(model.DataPath, "train.csv")).ToList();
        lines.Insert(3, "What is one and one?,\\frac{");
        lines.Add("What is two and two?,####");
        File.WriteAllLines(directory.Of("train.csv"), lines);
        return
        [
            $"data.train.path={directory.Of("train.csv")}",
            "reward.parts=[{\"name\":\"accuracy\"},{\"name\":\"mathAccuracy\"},{\"name\":\"format\"}]",
        ];
    }

    [Fact]
    public void Questions_are_told_apart_in_their_order()
    {
        string[] golds = ["1", "\\frac{", "2", "{"];
        Question[] questions = [.. golds.Select((gold, row) => new Question($"q{row}", "?", gold, row, []))];
        var screen = QuestionScreen.Of(questions, Math);
        Assert.Equal(["q0", "q2"], screen.Readable.Select(question => question.Id));
        Assert.Equal(["q1", "q3"], screen.Unreadable.Select(question => question.Question.Id));
        Assert.Equal(new Dictionary<string, int> { ["mathAccuracy cannot read the gold answer"] = 2 }, screen.CountsByReason);
        Assert.StartsWith(
            "dropped 2 of 4 training questions, whose gold answers could never be rewarded: q1 (mathAccuracy: ",
            screen.DescribeDropped(),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "2 of 4 test questions have a gold answer that cannot be read; they count as wrong: q1 (",
            screen.DescribeWrong(),
            StringComparison.Ordinal
        );
        var all = QuestionScreen.Of(questions, new RewardSettings([new RewardSetting("format", 1)], 3, -1, LengthRewardSettings.Default));
        Assert.Equal((4, null), (all.Readable.Count, all.DescribeDropped()));
    }

    [Fact]
    public void A_dataset_without_any_question_left_is_refused() =>
        Assert.StartsWith(
            "No question of x.jsonl has a gold answer that the configured rewards can read: q (mathAccuracy: ",
            Assert
                .Throws<DataException>(() => QuestionScreen.Of([new Question("q", "?", "\\frac{", 0, [])], Math).RequireReadable("x.jsonl"))
                .Message,
            StringComparison.Ordinal
        );

    [RunFact]
    public async Task They_are_never_asked_and_are_counted_everywhere()
    {
        var run = await SmallRun.RunAsync(model, directory.Path, [.. Settings(), "run.updates=4"]);
        Assert.False(run.IsStopped);

        // Four updates of four questions are an epoch and a third of the twelve that are left.
        var rows = await run.RowsAsync();
        Assert.DoesNotContain(rows, row => row["question_id"] is "train.csv:3" or "train.csv:14");
        Assert.Equal(12, rows.Select(row => row["question_id"]).Distinct().Count());
        Assert.All(run.Metrics, line => Assert.Equal(2, (int)line["questions_dropped"]!));
        Assert.All(
            run.Metrics,
            line =>
                Assert.Equal(
                    """{"mathAccuracy cannot read the gold answer":1,"accuracy cannot read the gold answer":1}""",
                    line["questions_dropped_reasons"]!.ToJsonString()
                )
        );
        Assert.Equal(
            [("train.csv:3", "mathAccuracy"), ("train.csv:14", "accuracy")],
            File.ReadLines(run.Of(QuestionScreen.FileName))
                .Select(line => JsonNode.Parse(line)!)
                .Select(line => ((string)line["question_id"]!, (string)line["reward"]!))
        );
        Assert.Contains(
            "dropped 2 of 14 training questions, whose gold answers could never be rewarded: train.csv:3 (mathAccuracy: ",
            run.Output,
            StringComparison.Ordinal
        );
        Assert.Contains($"dropped  2 training questions: {run.Of(QuestionScreen.FileName)}", run.Output, StringComparison.Ordinal);
        var told = OfflineData.Of(File.ReadAllText(run.Of("report.html")))["answers"]!
            .AsObject()
            .Single(answer => answer.Value!["config"] is not null);
        Assert.Equal(
            [("mathAccuracy cannot read the gold answer", 1), ("accuracy cannot read the gold answer", 1)],
            told.Value!["droppedQuestions"]!.AsArray().Select(each => ((string)each!["reason"]!, (int)each["count"]!))
        );
    }

    [RunFact]
    public async Task A_resumed_run_asks_the_same_questions()
    {
        var straight = await SmallRun.RunAsync(model, directory.Of("straight"), Settings());
        var stopped = await SmallRun.RunUntilAsync(model, directory.Of("stopped"), "update 1/4", Settings());
        Assert.True(stopped.IsStopped);
        var resumed = await SmallRun.RunAsync(model, directory.Of("stopped"), [.. Settings(), "run.resume=true"]);
        Assert.Equal(straight.Weights, resumed.Weights);
        Assert.Equal((await straight.RowsAsync()).Select(row => row.Text), (await resumed.RowsAsync()).Select(row => row.Text));
        Assert.Equal(File.ReadAllText(straight.Of(QuestionScreen.FileName)), File.ReadAllText(resumed.Of(QuestionScreen.FileName)));
    }

    [RunFact]
    public async Task Test_questions_that_nobody_can_answer_count_as_wrong_and_are_reported()
    {
        var lines = File.ReadAllLines(Path.Combine(model.DataPath, "test.csv")).Append("What is one and one?,####");
        File.WriteAllLines(directory.Of("test.csv"), lines);
        var run = await SmallRun.RunAsync(
            model,
            directory.Path,
            $"data.test.path={directory.Of("test.csv")}",
            "run.updates=1",
            "evaluation.before=true"
        );
        Assert.Contains(
            "1 of 7 test questions have a gold answer that cannot be read; they count as wrong: test.csv:7 (accuracy: nothing stands "
                + "behind ####)",
            run.Output,
            StringComparison.Ordinal
        );
        var evaluation = Assert.Single(run.Evaluations);
        Assert.Equal((7, 1), ((int)evaluation["questions"]!, (int)evaluation["unreadable_golds"]!));
        Assert.False(File.Exists(run.Of(QuestionScreen.FileName)));
    }
}
