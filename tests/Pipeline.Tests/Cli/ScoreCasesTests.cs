using System.Text.Json.Nodes;
using Cppo.Pipeline.Cli;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Cli;

/// <summary><c>score --cases</c>.</summary>
public sealed class ScoreCasesTests : IDisposable
{
    private const string Right = """{ "id": "right", "gold": "1/2", "pred": "$0.5$", "expected": true }""";
    private const string FalseEqual = """{ "id": "equal", "gold": "1/2", "pred": "$0.5$", "expected": false }""";
    private const string FalseDifferent = """{ "id": "different", "gold": "1/2", "pred": "nothing", "expected": true }""";

    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    private string File(params string[] lines)
    {
        System.IO.File.WriteAllText(directory.Of("cases.jsonl"), string.Join('\n', lines));
        return directory.Of("cases.jsonl");
    }

    private static async Task<(int ExitCode, string[] Output, string[] Error)> Score(params string[] args)
    {
        using var stop = new StopSignals();
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await CommandLine.RunAsync(["score", .. args], new CliContext(TextReader.Null, output, error, stop));
        return (code, Lines(output), Lines(error));
    }

    private static string[] Lines(StringWriter writer) => writer.ToString().Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public async Task Those_not_as_expected_are_listed_and_the_last_line_counts()
    {
        string path = File(Right, FalseEqual, "", FalseDifferent);
        var (code, output, error) = await Score("--cases", path);
        Assert.Equal((0, 3), (code, output.Length));
        Assert.Empty(error);
        Assert.StartsWith($"{path}:2 equal: expected different, judged equal: '0.5' against '1/2' (", output[0], StringComparison.Ordinal);
        Assert.StartsWith(
            $"{path}:4 different: expected equal, judged different: '' against '1/2' (no answer found)",
            output[1],
            StringComparison.Ordinal
        );
        Assert.Equal("""{"cases":3,"asExpected":1,"falseEqual":1,"falseDifferent":1}""", output[2]);
    }

    [Fact]
    public async Task A_line_that_is_no_case_is_reported_and_does_not_count()
    {
        string path = File(Right, "{", """{ "gold": "1", "pred": "1" }""", Right);
        var (code, output, error) = await Score("--cases", path);
        Assert.Equal((0, """{"cases":2,"asExpected":2,"falseEqual":0,"falseDifferent":0}"""), (code, Assert.Single(output)));
        Assert.Equal(
            [
                $"{path}:2: is not valid JSON",
                $"{path}:3: must have true or false in the field \"expected\"",
                "2 lines are no cases and do not count",
            ],
            error
        );
        (code, output, error) = await Score("--cases", path, "--strict");
        Assert.Equal((2, $"{path}:2: is not valid JSON"), (code, Assert.Single(error)));
        Assert.Empty(output);
    }

    [Fact]
    public async Task The_fields_can_be_named_and_a_completion_goes_before_pred()
    {
        string path = File("""{ "gold": "3", "truth": "4", "pred": "4", "completion": "So $3$.", "text": "So $5$.", "expected": true }""");
        Assert.Contains("\"asExpected\":1", (await Score("--cases", path)).Output[^1], StringComparison.Ordinal);
        Assert.Contains(
            "\"asExpected\":1",
            (await Score("--cases", path, "--completion-column", "pred", "--answer-column", "truth")).Output[^1],
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'5' against '3'",
            (await Score("--cases", path, "--completion-column", "text")).Output[0],
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    public async Task A_file_without_any_case_gives_2(string text)
    {
        var (code, output, error) = await Score("--cases", File(text));
        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Contains("holds no", error[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_reported()
    {
        System.IO.File.WriteAllBytes(
            directory.Of("cases.jsonl"),
            [.. "{\"gold\": \""u8, 0xFF, .. "\"}\n"u8, .. System.Text.Encoding.UTF8.GetBytes(Right)]
        );
        var (code, output, error) = await Score("--cases", directory.Of("cases.jsonl"));
        Assert.Equal((0, 1), (code, (int)JsonNode.Parse(output[^1])!["cases"]!));
        Assert.Equal($"{directory.Of("cases.jsonl")}:1: is not UTF-8", error[0]);
    }

    [Theory]
    [InlineData("--cases", "x.jsonl", "y.jsonl")]
    [InlineData("--cases", "x.jsonl", "--output", "o.jsonl")]
    [InlineData("--cases", "x.jsonl", "--rewards", "format")]
    [InlineData("--strict")]
    [InlineData("--cases", "no-such.jsonl")]
    public async Task A_command_line_that_makes_no_sense_gives_2(params string[] args)
    {
        var (code, output, error) = await Score(args);
        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.NotEmpty(error);
    }
}
