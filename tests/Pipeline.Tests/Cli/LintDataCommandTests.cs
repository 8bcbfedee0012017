using System.Text.Json.Nodes;
using Cppo.Pipeline.Cli;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Cli;

public sealed class LintDataCommandTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    private string File(string name, params string[] lines)
    {
        System.IO.File.WriteAllText(directory.Of(name), string.Join('\n', lines));
        return directory.Of(name);
    }

    private static async Task<(int ExitCode, string[] Output, string Error)> Lint(params string[] args)
    {
        using var stop = new StopSignals();
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await CommandLine.RunAsync(["lint-data", .. args], new CliContext(TextReader.Null, output, error, stop));
        return (code, output.ToString().Split('\n', StringSplitOptions.TrimEntries), error.ToString());
    }

    [Fact]
    public async Task A_clean_file_gives_0_and_its_counts()
    {
        string path = File(
            "train.jsonl",
            """{"question":"What is 3+4?","answer":"3+4\n#### 7"}""",
            "",
            """{"question":"What is 3+5?","answer":8}"""
        );
        var (code, output, error) = await Lint(path);
        Assert.Equal((0, ""), (code, error));
        Assert.Equal([$"{path}: 2 rows", "rewards: accuracy, format"], output[..2]);
        Assert.Contains("2 of 2 gold answers can be earned (100.00 %)", output);
        Assert.Contains(output, line => line.StartsWith("errors: 0, warnings: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Chats_in_an_array_are_compared_with_all_their_turns()
    {
        string path = File(
            "train.json",
            """[{"prompt":[{"role":"user","content":"What is 3+4?"}],"answer":7},""",
            """{"prompt":[{"role":"system","content":"x"},{"role":"user","content":"What is 3+4?"}],"answer":7},""",
            """{"prompt":[{"role":"user","content":"what is 3+4?"}],"answer":7},""",
            """{"prompt":[{"role":"bot","content":"a"}],"answer":7}]"""
        );
        var (code, output, _) = await Lint(path, "--question-column", "prompt");
        Assert.Equal(1, code);
        Assert.Equal($"{path}: 3 rows", output[0]);
        Assert.Contains("notice duplicate: 1", output);
        Assert.Contains(
            output,
            line => line.Contains($"{path}:3", StringComparison.Ordinal) && line.Contains(":1)", StringComparison.Ordinal)
        );
        Assert.Contains(
            "train.json, item 4 (line 4): \"prompt\" has message 1 of the role \"bot\"; the roles are system, user and assistant.",
            output
        );
    }

    [Fact]
    public async Task Every_kind_of_finding_is_listed_with_its_place()
    {
        string train = File(
            "train.jsonl",
            """{"problem":"a","gold":"1"}""",
            "{ nonsense",
            """{"problem":"b","gold":"\\frac{"}""",
            """{"problem":"A ","gold":"1.0"}""",
            """{"problem":"a","gold":"2"}""",
            """{"problem":"c","gold":"\\text{no</answer>}"}""",
            """{"problem":"","gold":"2"}"""
        );
        string test = File("test.jsonl", """{"problem":"C","gold":"\\text{no</answer>}"}""");
        string target = directory.Of("findings.json");
        var (code, output, error) = await Lint(
            train,
            test,
            "--question-column",
            "problem",
            "--answer-column",
            "gold",
            "--rewards",
            "mathAccuracy",
            "--output",
            target,
            "--limit",
            "1"
        );
        Assert.Equal((1, ""), (code, error));
        Assert.Contains(
            output,
            line =>
                line.StartsWith(
                    $"{train}:5: the same question with the gold answer '2' instead of '1' (see {train}:1)",
                    StringComparison.Ordinal
                )
        );
        Assert.Contains("and 1 more (--limit)", output);

        var report = JsonNode.Parse(System.IO.File.ReadAllText(target))!;
        Assert.Equal(
            [
                ("error", "malformed-row", null),
                ("error", "unreadable-gold", 3),
                ("notice", "duplicate", 4),
                ("error", "conflicting-duplicate", 5),
                ("error", "unreachable-gold", 6),
                ("error", "empty-field", 7),
                ("error", "unreachable-gold", 1),
                ("error", "train-test-overlap", 1),
            ],
            report["findings"]!
                .AsArray()
                .Select(finding => ((string)finding!["severity"]!, (string)finding["kind"]!, (int?)finding["line"]))
        );
        Assert.Equal((7, 3), ((int)report["rows"]!, (int)report["earnable"]!));
        Assert.All(report["probes"]!.AsArray(), probe => Assert.True((bool)probe!["as_expected"]!));
    }

    [Fact]
    public async Task A_pipeline_file_brings_its_data_its_columns_and_its_rewards()
    {
        string train = File("train.csv", "q,a", "What is 3+4?,7", "What is 3+5?,\\frac{");
        string pipeline = File(
            "pipeline.json",
            $$"""
            { "data": { "train": { "path": {{JsonValue.Create(train)!.ToJsonString()}}, "questionColumn": "q", "answerColumn": "a" } },
              "reward": { "parts": [{ "name": "mathAccuracy" }, { "name": "tagCount" }] },
              "evaluation": { "before": false, "after": false } }
            """
        );
        var (code, output, _) = await Lint(pipeline);
        Assert.Equal(1, code);
        Assert.Equal([$"{train}: 2 rows", "rewards: mathAccuracy, tagCount"], output[..2]);
        Assert.Contains(
            output,
            line => line.StartsWith($"{train}:3: mathAccuracy cannot read the gold answer '\\frac{{': ", StringComparison.Ordinal)
        );
        Assert.Equal(0, (await Lint(pipeline, "--set", "data.train.limit=1")).ExitCode);
    }

    [Theory]
    [InlineData("no-such.jsonl")]
    [InlineData("a.txt")]
    [InlineData("pipeline.json")]
    [InlineData("train.jsonl", "--set", "run.seed=1")]
    [InlineData("train.jsonl", "--rewards", "acuracy")]
    [InlineData("train.jsonl", "--limit", "1.5")]
    [InlineData("train.jsonl", "test.jsonl", "more.jsonl")]
    [InlineData("pipeline.json", "--rewards", "accuracy")]
    [InlineData()]
    public async Task What_cannot_be_checked_gives_2(params string[] args)
    {
        File("train.jsonl", """{"question":"a","answer":"1"}""");
        File("a.txt", "x");
        var (code, _, error) = await Lint([
            .. args.Select(arg =>
                arg.Contains('.', StringComparison.Ordinal) && !arg.Contains('=', StringComparison.Ordinal) ? directory.Of(arg) : arg
            ),
        ]);
        Assert.Equal(2, code);
        Assert.NotEqual("", error);
    }

    [Fact]
    public async Task A_wrong_column_and_an_empty_file_are_one_sentence()
    {
        var (code, _, error) = await Lint(File("train.jsonl", """{"problem":"a","answer":"1"}"""));
        Assert.Equal(
            (
                2,
                "train.jsonl, line 1 has no column \"question\"; it has problem, answer. --question-column and --answer-column name the "
                    + $"columns.{Environment.NewLine}"
            ),
            (code, error)
        );
        string empty = File("empty.jsonl");
        Assert.Equal($"Dataset {empty} holds no row.{Environment.NewLine}", (await Lint(empty)).Error);
    }
}
