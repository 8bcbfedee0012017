using System.Text.Json.Nodes;
using Cppo.Pipeline.Scoring;

namespace Cppo.Pipeline.Tests.Cli;

public sealed class EvalCommandTests : IDisposable
{
    private readonly TinyModelFolder folder = new();
    private readonly string pipeline;

    public EvalCommandTests()
    {
        string questions = folder.Write("questions.csv", "question,answer\ntwo apples?,2\ntwo pears?,2\n3 + 4,7\n");
        pipeline = folder.Write(
            "pipeline.json",
            new JsonObject
            {
                ["run"] = new JsonObject { ["directory"] = folder.PathOf("runs") },
                ["model"] = new JsonObject { ["path"] = folder.Model, ["threads"] = 1 },
                ["data"] = new JsonObject
                {
                    ["train"] = new JsonObject { ["path"] = questions },
                    ["test"] = new JsonObject { ["path"] = questions },
                },
                ["prompt"] = new JsonObject { ["template"] = "none" },
                ["rollout"] = new JsonObject { ["maxNewTokens"] = 6 },
            }.ToJsonString()
        );
    }

    private string NotTrained => $"model: {folder.Model}, which is not trained: there is no run {folder.PathOf("runs/default")} yet\n";

    public void Dispose() => folder.Dispose();

    private Task<(int ExitCode, string Output, string Error)> Eval(params string[] args) =>
        TinyModelFolder.RunAsync("", ["eval", pipeline, .. args]);

    [EngineFact]
    public async Task A_table_for_people_then_a_line_of_JSON()
    {
        var (code, output, error) = await Eval();
        Assert.Equal((0, $"{NotTrained}evaluating {folder.Model} on {folder.PathOf("questions.csv")}\n"), (code, error));
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith(
            $"test: {folder.Model}, 3 questions, greedy, at most 6 tokens, template none, judged as number",
            lines[0],
            StringComparison.Ordinal
        );
        var json = JsonNode.Parse(lines[^1])!;
        Assert.Equal(
            (folder.Model, 3, 1, 0.0),
            ((string)json["model"]!, (int)json["questions"]!, (int)json["samples"]!, (double)json["temperature"]!)
        );
        foreach (string? share in new[] { "accuracy", "lenient_accuracy", "format_rate", "truncated" })
        {
            Assert.InRange((double)json[share]!, (double)json[share + "_low"]!, (double)json[share + "_high"]!);
            Assert.True((double)json[share + "_high"]! > (double)json[share + "_low"]!);
        }

        Assert.InRange((double)json["tokens_mean"]!, 1, 6);
        Assert.Null(json["outcomes"]);
    }

    [EngineFact]
    public async Task Options_override_the_file_and_the_result_goes_to_a_file()
    {
        string target = folder.PathOf("result.json");
        var (code, output, _) = await Eval(
            "--samples",
            "3",
            "--temperature",
            "0.6",
            "--limit",
            "2",
            "--k",
            "1,2,3",
            "--judge",
            "expression",
            "--output",
            target
        );
        Assert.Equal(0, code);
        Assert.Contains("only the first 2 questions (--limit)", output, StringComparison.Ordinal);
        Assert.DoesNotContain("{", output, StringComparison.Ordinal);
        var json = JsonNode.Parse(File.ReadAllText(target))!;
        Assert.Equal(
            (2, 3, 0.6, "expression"),
            ((int)json["questions"]!, (int)json["samples"]!, (double)json["temperature"]!, (string)json["rule"]!)
        );
        Assert.Equal([2, 3], json["pass_at_k"]!.AsArray().Select(estimate => (int)estimate!["k"]!));
        Assert.All(json["outcomes"]!.AsArray(), outcome => Assert.Equal(3, outcome!["strict"]!.AsArray().Count));
    }

    [EngineFact]
    public async Task Another_system_text_takes_the_place_of_the_files_own()
    {
        string file = folder.Write(
            "custom.json",
            File.ReadAllText(pipeline)
                .Replace("\"template\":\"none\"", "\"template\":\"custom\",\"system\":\"Reason.\"", StringComparison.Ordinal)
        );
        var (code, _, error) = await TinyModelFolder.RunAsync("", "eval", file, "--template", "none");
        Assert.Equal((0, $"{NotTrained}evaluating {folder.Model} on {folder.PathOf("questions.csv")}\n"), (code, error));
    }

    [EngineFact]
    public async Task A_chat_template_that_the_file_chose_by_prompt_template_stays_where_a_benchmark_states_a_system_text()
    {
        string questions = folder.Write("g.jsonl", "{\"question\":\"3 + 4\",\"answer\":\"#### 7\"}\n");
        string file = folder.Write(
            "llama.json",
            File.ReadAllText(pipeline).Replace("\"template\":\"none\"", "\"template\":\"llama3\"", StringComparison.Ordinal)
        );
        var (code, _, error) = await TinyModelFolder.RunAsync("", "eval", file, "--benchmark", $"gsm8k={questions}");
        Assert.Equal(2, code);
        Assert.Contains("has no token <|begin_of_text|>", error, StringComparison.Ordinal);
    }

    [EngineFact]
    public async Task Benchmarks_need_no_column_settings()
    {
        string gsm8k = folder.Write(
            "g.jsonl",
            "{\"question\":\"3 + 4\",\"answer\":\"3+4\\n#### 7\"}\n{\"question\":\"two\",\"answer\":\"#### 2\"}\n"
        );
        string math = folder.Write(
            "m.jsonl",
            "{\"id\":\"p/1\",\"problem\":\"two\",\"solution\":\"s\",\"answer\":\"2\",\"level\":3,\"subject\":\"Algebra\"}\n"
                + "{\"id\":\"p/2\",\"problem\":\"apples\","
                + "\"solution\":\"s\",\"answer\":\"\\\\frac12\",\"level\":null,\"subject\":\"Geometry\"}\n"
        );
        string aime = folder.Write("a.jsonl", "{\"id\":\"a-1\",\"problem\":\"pears\",\"answer\":\"4\"}\n");
        var (target, rows) = (folder.PathOf("r.json"), folder.PathOf("rows.jsonl"));
        var (code, output, error) = await Eval(
            "--benchmark",
            $"gsm8k={gsm8k}",
            "--benchmark",
            $"math500={math}",
            "--benchmark",
            $"aime24={aime}",
            "--template",
            "none",
            "--max-tokens",
            "5",
            "--output",
            target,
            "--completions",
            rows
        );
        Assert.Equal((0, $"{NotTrained}evaluating {folder.Model} on {gsm8k}, {math}, {aime}\n"), (code, error));
        var evaluations = JsonNode.Parse(File.ReadAllText(target))!["evaluations"]!.AsArray();
        Assert.Equal(["gsm8k", "math500", "aime24"], evaluations.Select(evaluation => (string)evaluation!["benchmark"]!));
        Assert.Equal(["number", "expression", "expression"], evaluations.Select(evaluation => (string)evaluation!["rule"]!));
        Assert.Equal(
            [(1, 0.0), (1, 0.0), (4, 0.6)],
            evaluations.Select(evaluation => ((int)evaluation!["samples"]!, (double)evaluation["temperature"]!))
        );
        Assert.Equal(["gsm8k:1", "gsm8k:2"], evaluations[0]!["outcomes"]!.AsArray().Select(outcome => (string)outcome!["id"]!));
        Assert.Equal(["3", "-"], evaluations[1]!["parts"]!["level"]!.AsArray().Select(part => (string)part!["label"]!));
        Assert.Contains("maj@4", output, StringComparison.Ordinal);
        var written = File.ReadLines(rows).Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.Equal(2 + 2 + 4, written.Length);
        Assert.Equal("Geometry", (string)written[3]["label_subject"]!);
    }

    [EngineFact]
    public async Task The_same_seed_gives_the_same_result_whatever_the_batch_and_the_threads()
    {
        var (one, other) = (folder.PathOf("1.json"), folder.PathOf("2.json"));
        string[] common = ["--samples", "3", "--temperature", "1", "--k", "1,2"];
        Assert.Equal(
            0,
            (
                await Eval([
                    .. common,
                    "--output",
                    one,
                    "--completions",
                    one + ".jsonl",
                    "--set",
                    "rollout.questionsPerCall=1",
                    "--set",
                    "rollout.group=2",
                ])
            ).ExitCode
        );
        Assert.Equal(
            0,
            (await Eval([.. common, "--output", other, "--completions", other + ".jsonl", "--set", "model.threads=2"])).ExitCode
        );
        Assert.Equal(File.ReadAllText(one + ".jsonl"), File.ReadAllText(other + ".jsonl"));
        var (first, second) = (JsonNode.Parse(File.ReadAllText(one))!.AsObject(), JsonNode.Parse(File.ReadAllText(other))!.AsObject());
        first.Remove("seconds");
        second.Remove("seconds");
        Assert.Equal(first.ToJsonString(), second.ToJsonString());
    }

    [EngineFact]
    public async Task A_model_against_itself_ties_and_so_do_its_result_files()
    {
        var (code, output, error) = await Eval("--against", folder.Model);
        Assert.Equal((0, 2), (code, error.Split("evaluating ").Length - 1));
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var comparison = JsonNode.Parse(lines[^1])!["comparisons"]![0]!["strict"]!;
        Assert.Equal((0.0, 3, 1.0), ((double)comparison["difference"]!, (int)comparison["tied"]!, (double)comparison["p"]!));
        Assert.True((double)comparison["difference_low"]! < 0 && (double)comparison["difference_high"]! > 0);

        var (all, part) = (folder.PathOf("all.json"), folder.PathOf("part.json"));
        await Eval("--output", all);
        await Eval("--output", part, "--limit", "2");
        var same = await TinyModelFolder.RunAsync("", "eval", "compare", all, all);
        Assert.Equal((0, ""), (same.ExitCode, same.Error));
        Assert.Contains("3 questions", same.Output, StringComparison.Ordinal);
        var differing = await TinyModelFolder.RunAsync("", "eval", "compare", all, part);
        Assert.Equal((2, ""), (differing.ExitCode, differing.Output));
        Assert.Contains(
            "question 'questions.csv:3' is only in the first, which has 3 against 2",
            differing.Error,
            StringComparison.Ordinal
        );
    }

    [EngineFact]
    public async Task Completions_go_to_Parquet_too()
    {
        string rows = folder.PathOf("rows.parquet");
        Assert.Equal(0, (await Eval("--completions", rows)).ExitCode);
        var read = CompletionRows.Open(rows, [], _ => { }, default).Rows(default).Select(row => row.Parse()).ToArray();
        Assert.Equal(["questions.csv:1", "questions.csv:2", "questions.csv:3"], read.Select(row => (string)row.Columns!["question_id"]!));
    }

    [EngineFact]
    public async Task The_trained_model_goes_before_the_one_that_the_run_starts_from_and_a_stated_one_before_both()
    {
        string trained = folder.PathOf("runs/default/model");
        Directory.CreateDirectory(trained);
        File.Copy(Path.Combine(folder.Model, "config.json"), Path.Combine(trained, "config.json"));
        File.Copy(Path.Combine(folder.Model, "model.safetensors"), Path.Combine(trained, "model.safetensors"));

        Assert.Contains($"\nevaluating {trained} ", (await Eval()).Error, StringComparison.Ordinal);
        Assert.Contains($"\nevaluating {folder.Model} ", (await Eval("--model", folder.Model)).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evaluation.samples", "--samples", "2")]
    [InlineData("--limit is 0; it must be at least 1", "--limit", "0")]
    [InlineData("'abc' for option '--limit'; give a number.", "--limit", "abc")]
    [InlineData("'99999999999' for option '--limit'; give a number.", "--limit", "99999999999")]
    [InlineData("is a directory; name a file in it", "--output", ".")]
    [InlineData("is also read or written otherwise", "--output", "same.jsonl", "--completions", "same.jsonl")]
    [InlineData("data.test.path: is", "--set", "data.test.path=")]
    [InlineData("no-such-model", "--model", "no-such-model")]
    [InlineData("no-such.csv", "--set", "data.test.path=no-such.csv")]
    [InlineData("\"gsm9k\" is no benchmark; did you mean gsm8k? Known are gsm8k, math500, amc23, aime24", "--benchmark", "gsm9k=x.jsonl")]
    [InlineData("no-such.jsonl: no such file", "--benchmark", "gsm8k=no-such.jsonl")]
    [InlineData("gsm8k=PATH", "--benchmark", "gsm8k")]
    [InlineData("--k 8 needs at least 8 samples of a question, but there are 4", "--samples", "4", "--temperature", "1", "--k", "1,8")]
    [InlineData("there is 1", "--k", "2")]
    [InlineData("integers of at least 1", "--k", "0")]
    [InlineData("integers of at least 1", "--k", "1,,2")]
    [InlineData("'latex' is no judging rule; give number or expression", "--judge", "latex")]
    [InlineData("prompt.template", "--template", "gsm")]
    [InlineData("has no column \"level\"", "--by", "level")]
    [InlineData("end the name in .jsonl or .parquet", "--completions", "rows.csv")]
    [InlineData("there is no directory", "--output", "no-such-folder/result.json")]
    [InlineData("no-such-model", "--against", "no-such-model")]
    public async Task Bad_input_gives_2_and_names_the_place(string expected, params string[] args)
    {
        var (code, output, error) = await Eval(args);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-such.json: no such file", "no-such.json", "no-such.json")]
    [InlineData("Required argument missing")]
    public async Task Bad_input_to_compare_gives_2(string expected, params string[] args)
    {
        var (code, output, error) = await TinyModelFolder.RunAsync("", ["eval", "compare", .. args]);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_help_of_compare_names_its_own_arguments()
    {
        var (code, output, _) = await TinyModelFolder.RunAsync("", "eval", "compare", "--help");
        Assert.Equal(0, code);
        Assert.Contains("eval compare <first> <second>", output, StringComparison.Ordinal);
        Assert.DoesNotContain("pipeline-file", output, StringComparison.Ordinal);
    }

    [EngineFact]
    public async Task A_question_that_exceeds_the_context_gives_2()
    {
        var (code, _, error) = await Eval("--set", "rollout.maxNewTokens=95");
        Assert.Equal(2, code);
        Assert.Contains("exceed the model's context of 160", error, StringComparison.Ordinal);
    }
}
