using System.Text.Json.Nodes;
using Cppo.Pipeline.Cli;
using Cppo.Pipeline.Scoring;

namespace Cppo.Pipeline.Tests.Cli;

public sealed partial class ScoreCommandTests : IDisposable
{
    private const string Right = """{ "id": 7, "completion": "<think>3+4</think>\n<answer>7</answer>", "answer": "3+4\n#### 7" }""";
    private const string Wrong = """{ "id": 8, "completion": "It is 8.", "answer": 7 }""";

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("cppo-");

    public void Dispose() => directory.Delete(recursive: true);

    private string File(string name, params string[] lines)
    {
        string path = Path.Combine(directory.FullName, name);
        System.IO.File.WriteAllText(path, string.Concat(lines.Select(line => line + "\n")));
        return path;
    }

    private static async Task<(int ExitCode, string Output, string Error)> Score(params string[] args)
    {
        using var stop = new StopSignals();
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await CommandLine.RunAsync(["score", .. args], new CliContext(TextReader.Null, output, error, stop));
        return (code, output.ToString(), error.ToString());
    }

    [Fact]
    public async Task Every_line_comes_back_with_its_rewards_and_the_reason()
    {
        var (code, output, error) = await Score(File("in.jsonl", Right, "", Wrong));
        Assert.Equal(0, code);
        Assert.Equal($"scored 2 completions: mean reward 1.5, 1 right, 0 rows could not be scored{Environment.NewLine}", error);
        var rows = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject()).ToArray();
        Assert.Equal(
            [
                "id",
                "completion",
                "answer",
                "line",
                "reward",
                "reward_accuracy",
                "reward_format",
                "reward_reason",
                "extracted_answer",
                "correct",
            ],
            rows[0].Select(field => field.Key)
        );
        Assert.Equal(
            [(7, 3.0, 2.0, 1.0, "7", true), (8, 0.0, 0.0, 0.0, "", false)],
            rows.Select(row =>
                (
                    (int)row["id"]!,
                    (double)row["reward"]!,
                    (double)row["reward_accuracy"]!,
                    (double)row["reward_format"]!,
                    (string)row["extracted_answer"]!,
                    (bool)row["correct"]!
                )
            )
        );
        Assert.Equal("exact: '7' = '7'; format kept", (string)rows[0]["reward_reason"]!);
        Assert.Equal([1, 3], rows.Select(row => (int)row["line"]!));
    }

    [Fact]
    public async Task Lines_that_cannot_be_scored_are_reported_and_left_out()
    {
        string path = File(
            "in.jsonl",
            "{ nonsense",
            Right,
            "[1]",
            """{ "text": "x", "answer": "1" }""",
            """{ "completion": "x", "answer": null }""",
            """{ "a": 1, "a": 2 }""",
            """{ "completion": "\ud800", "answer": "1" }""",
            Right
        );
        var (code, output, error) = await Score(path);
        Assert.Equal(0, code);
        Assert.Equal([2, 8], output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => (int)JsonNode.Parse(line)!["line"]!));
        Assert.Equal(
            [
                $"{path}:1: is not valid JSON",
                $"{path}:3: is no JSON object {{ ... }}",
                $"{path}:4: has no text in the field \"completion\"; its fields are text, answer (see --completion-column)",
                $"{path}:5: has no text in the field \"answer\"; its fields are completion, answer (see --answer-column)",
                $"{path}:6: states the field \"a\" twice",
                $"{path}:7: holds bytes that are not UTF-8, or half of a surrogate pair",
                "scored 2 completions: mean reward 3, 2 right, 6 rows could not be scored",
            ],
            error.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)
        );
    }

    [Fact]
    public async Task Strict_stops_at_the_first_and_leaves_no_output_file()
    {
        string path = File("in.jsonl", Right, "x", Right);
        string target = Path.Combine(directory.FullName, "out.jsonl");
        Assert.Equal((2, "", $"{path}:2: is not valid JSON{Environment.NewLine}"), await Score(path, "--strict", "--output", target));
        Assert.Equal([path], Directory.GetFiles(directory.FullName));
    }

    [Fact]
    public async Task Other_fields_other_rewards_and_a_file()
    {
        string path = File("in.jsonl", """{ "text": "<answer>1.0</answer>", "gold": 1, "reward": "old" }""");
        string target = Path.Combine(directory.FullName, "out.jsonl");
        var (code, output, _) = await Score(
            path,
            "--completion-column",
            "text",
            "--answer-column",
            "gold",
            "--rewards",
            "accuracy, tagCount",
            "--output",
            target
        );
        Assert.Equal((0, ""), (code, output));
        var row = JsonNode.Parse(Assert.Single(System.IO.File.ReadAllLines(target)))!.AsObject();
        Assert.Equal(1.5, (double)row["reward_accuracy"]!);
        Assert.Equal((double)row["reward_accuracy"]! + (double)row["reward_tag_count"]!, (double)row["reward"]!);
        Assert.False(row.ContainsKey("reward_format"));
        Assert.False(System.IO.File.Exists(target + ".tmp"));
    }

    [Fact]
    public async Task Rewards_of_a_pipeline_file_with_weights_and_one_of_the_users_own()
    {
        string assembly = System.Text.Json.JsonSerializer.Serialize(CustomRewards.RewardGroups.SampleAssembly);
        string pipeline = File(
            "pipeline.json",
            $$"""
            {
              "data": { "train": { "path": "x.csv" }, "test": { "path": "y.csv" } },
              "reward": {
                "parts": [
                  { "name": "accuracy", "weight": 10 },
                  { "name": "myBrevity", "assembly": {{assembly}}, "type": "SampleRewards.Brevity", "weight": 0.5 }
                ]
              }
            }
            """
        );
        string path = File(
            "in.jsonl",
            """{ "completion": "<answer>7</answer>", "answer": "7", "num_tokens": 3 }""",
            "x",
            """{ "completion": "a b c d", "answer": "7" }"""
        );
        var (code, output, error) = await Score(path, "--config", pipeline);
        Assert.True(code == 0, error);
        var rows = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.Equal(2, rows.Length);
        Assert.All(
            rows,
            row =>
                Assert.Equal((10 * (double)row["reward_accuracy"]!) + (0.5 * (double)row["reward_my_brevity"]!), (double)row["reward"]!, 12)
        );
        Assert.Contains("myBrevity: 3 tokens", (string)rows[0]["reward_reason"]!, StringComparison.Ordinal);
        Assert.Contains("myBrevity: 4 tokens", (string)rows[1]["reward_reason"]!, StringComparison.Ordinal);
        Assert.Equal(2, (await Score(path, "--config", pipeline, "--rewards", "accuracy")).ExitCode);
        Assert.Equal(2, (await Score(path, "--set", "run.seed=2")).ExitCode);
    }

    [Fact]
    public async Task Bad_input_gives_2_and_one_sentence()
    {
        string missing = Path.Combine(directory.FullName, "missing.jsonl");
        Assert.Equal((2, "", $"{missing}: no such file.{Environment.NewLine}"), await Score(missing));
        Assert.Equal(
            (2, "", $"{directory.FullName} is a directory; name a file in it.{Environment.NewLine}"),
            await Score(directory.FullName)
        );
        string table = File("in.csv", "completion,answer");
        Assert.Equal(
            (2, "", $"{table}: completions are read from JSON Lines or Parquet; convert it.{Environment.NewLine}"),
            await Score(table)
        );
        string path = File("in.jsonl", Right);
        Assert.Equal(
            (2, "", $"--rewards: \"acuracy\" is no reward; did you mean accuracy?{Environment.NewLine}"),
            await Score(path, "--rewards", "acuracy")
        );
        Assert.Equal(2, (await Score(path, "--output", Path.Combine(directory.FullName, "no", "out.jsonl"))).ExitCode);
        Assert.Equal(
            (2, "", $"--output {path} is also read or written otherwise; name another file.{Environment.NewLine}"),
            await Score(path, "--output", path)
        );
        Assert.Equal(Right, System.IO.File.ReadAllText(path).TrimEnd());
    }

    [Fact]
    public async Task A_file_whose_first_hundred_rows_lack_the_column_is_not_read_further()
    {
        string path = File("in.jsonl", [.. Enumerable.Repeat(Right, 150)]);
        var (code, output, error) = await Score(path, "--answer-column", "gold");
        Assert.Equal((2, ""), (code, output));
        Assert.EndsWith(
            $"{path}: none of the first 100 rows can be scored; the rest was not read.{Environment.NewLine}",
            error,
            StringComparison.Ordinal
        );
        Assert.Equal(4, error.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Length);

        // Ninety-nine of them are reported one by one, before what follows.
        path = File("late.jsonl", [.. Enumerable.Repeat("x", 99), Right, "x"]);
        (code, _, error) = await Score(path);
        Assert.Equal(0, code);
        Assert.Equal(
            Enumerable.Range(1, 99).Append(101).Select(line => $"{path}:{line}: is not valid JSON"),
            error.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)[..^1]
        );
    }

    [Fact]
    public async Task Byte_order_mark_CRLF_and_other_line_separators_are_no_trouble()
    {
        string path = Path.Combine(directory.FullName, "in.jsonl");
        System.IO.File.WriteAllText(path, $"\uFEFF{Right}\r\n\r\n{Right.Replace("3+4<", "3\u2028+4<", StringComparison.Ordinal)}");
        var (code, output, _) = await Score(path);
        Assert.Equal(0, code);
        Assert.Equal([1, 3], output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => (int)JsonNode.Parse(line)!["line"]!));
    }

    [Fact]
    public async Task Many_rows_keep_their_order_in_both_formats()
    {
        const int count = 20_000;
        string path = File(
            "in.jsonl",
            [
                .. Enumerable
                    .Range(0, count)
                    .Select(i =>
                        $$"""{ "id": {{i}}, "completion": "<answer>{{i % 3}}</answer>{{Filler(i)}}", "answer": "1"{{Late(i)}} }"""
                    ),
            ]
        );
        var (lines, table) = (Path.Combine(directory.FullName, "out.jsonl"), Path.Combine(directory.FullName, "out.parquet"));
        Assert.Equal(0, (await Score(path, "--output", lines)).ExitCode);
        Assert.Equal(0, (await Score(path, "--output", table)).ExitCode);
        Assert.Equal(0, (await Score(table, "--output", path)).ExitCode);
        foreach (string? file in new[] { lines, path })
        {
            var rows = System.IO.File.ReadLines(file).Select(line => JsonNode.Parse(line)!).ToArray();
            Assert.Equal(Enumerable.Range(0, count), rows.Select(row => (int)row["id"]!));
            Assert.Equal(Enumerable.Range(1, count), rows.Select(row => (int)row["line"]!));
            Assert.All(rows, row => Assert.Equal((int)row["id"]! % 3 == 1, (bool)row["correct"]!));
            Assert.Equal(1.5, (double)rows[15_000]["late"]!);
        }
    }

    [Fact]
    public async Task Lengths_in_tokens_are_those_that_the_row_states()
    {
        string path = File(
            "in.jsonl",
            """{ "completion": "<answer>1</answer>", "answer": "1", "num_tokens": 20000 }""",
            """{ "completion": "<answer>1</answer>", "answer": "1" }"""
        );
        var (_, output, _) = await Score(path, "--rewards", "accuracy,overlong");
        Assert.Equal(
            [-1.0, 0.0],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => (double)JsonNode.Parse(line)!["reward_overlong"]!)
        );
    }

    [Fact]
    public async Task An_output_that_is_a_directory_is_refused_before_anything_is_scored() =>
        Assert.Equal(
            (2, "", $"{directory.FullName} is a directory; name a file in it.{Environment.NewLine}"),
            await Score(File("in.jsonl", Right), "--output", directory.FullName)
        );

    /// <summary>Copies JSON Lines into a Parquet file of the same columns.</summary>
    private static async Task Copy(string lines, string table)
    {
        var file = new JsonLinesCompletions(lines);
        await using var output = System.IO.File.Create(table);
        await ParquetTable.WriteAsync(
            output,
            file.Columns(default),
            file.Rows(default).Select(row => new TableRow(row.Parse().Columns!, row.Bytes)),
            default
        );
    }

    private static string Filler(int row) => new('x', row % 97);

    private static string Late(int row) => row == 15_000 ? """, "late": 1.5""" : "";
}
