using System.Text.Json.Nodes;
using Cppo.Pipeline.Sinks;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Cli;

/// <summary>Completions that come as Parquet.</summary>
public sealed partial class ScoreCommandTests
{
    [Fact]
    public async Task Parquet_comes_back_as_Parquet_with_its_columns_and_the_rewards()
    {
        string lines = File(
            "in.jsonl",
            """{ "id": 7, "share": 0.5, "flag": true, "tags": [1], "completion": "<think>7</think>\n<answer>7</answer>", "answer": "7" }""",
            """{ "id": 8, "share": 1, "completion": "8", "answer": null, "more": "x" }"""
        );
        var (table, again) = (Path.Combine(directory.FullName, "all.parquet"), Path.Combine(directory.FullName, "again.parquet"));
        await Copy(lines, table);

        var (code, output, error) = await Score(table, "--rewards", "accuracy", "--output", again);
        Assert.Equal((0, ""), (code, output));
        Assert.Equal(
            [
                $"{table}, row 2: has no text in the field \"answer\"; its fields are id, share, flag, tags, completion, answer, more (see "
                    + "--answer-column)",
                "scored 1 completions: mean reward 2, 1 right, 1 rows could not be scored",
            ],
            error.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)
        );

        // A second pass over the scored file gives the same rows, as JSON Lines.
        (code, output, _) = await Score(again, "--rewards", "accuracy");
        Assert.Equal(0, code);
        Assert.Equal(
            """{"id":7,"share":0.5,"flag":true,"tags":"[1]","completion":"<think>7</think>\n<answer>7</answer>","answer":"7","""
                + "\"more\":null,\"line\":1,\"reward\":2,\"reward_accuracy\":2,\"reward_reason\":\"exact: '7' = '7'; format kept\","
                + "\"extracted_answer\":\"7\",\"correct\":true}\n",
            output
        );
    }

    [Fact]
    public async Task Lists_of_a_Parquet_file_are_left_out_with_a_notice()
    {
        await using (
            var sink = new ParquetRolloutSink(
                new RolloutSinkSettings
                {
                    Directory = directory.FullName,
                    RunId = "r",
                    UpdateDevices = ["cpu"],
                    RewardNames = ["accuracy", "format"],
                    PromptText = ids => string.Join(" ", ids.Select(id => $"<{id}>")),
                }
            )
        )
        {
            await sink.WriteAsync(SampleMetrics.Batch(0), default);
        }

        string path = RolloutFiles.PathOf(directory.FullName, 0);
        var (code, output, error) = await Score(path);
        Assert.Equal(0, code);
        Assert.StartsWith(
            $"{path}: left out token_ids, logprobs, generated_at, which hold neither text nor numbers",
            error,
            StringComparison.Ordinal
        );
        var row = JsonNode.Parse(output.Split('\n')[0])!;
        Assert.Equal(
            ("one", 0.7, true, 0.0),
            ((string)row["completion"]!, (double)row["advantage"]!, (bool)row["kept"]!, (double)row["reward"]!)
        );
    }

    [Fact]
    public async Task A_file_that_is_no_Parquet_gives_2_and_leaves_nothing()
    {
        string path = File("in.parquet", Right);
        string target = Path.Combine(directory.FullName, "out.parquet");
        Assert.Equal(2, (await Score(path, "--output", target)).ExitCode);
        Assert.Equal(
            (2, "", $"{File("empty.jsonl")} holds no row.{Environment.NewLine}"),
            await Score(File("empty.jsonl"), "--output", target)
        );
        Assert.Equal(["empty.jsonl", "in.parquet"], directory.EnumerateFiles().Select(file => file.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_damaged_Parquet_file_gives_2_and_a_sentence_that_names_the_place()
    {
        string table = Path.Combine(directory.FullName, "in.parquet");
        await Copy(
            File(
                "in.jsonl",
                [.. Enumerable.Range(0, 200).Select(i => $$"""{ "completion": "<answer>{{i * 7919}}</answer>", "answer": "{{i}}" }""")]
            ),
            table
        );
        byte[] whole = System.IO.File.ReadAllBytes(table);
        var random = new Random(5);
        for (int trial = 0; trial < 60; trial++)
        {
            byte[] damaged = [.. whole];
            for (int k = 0; k < 4; k++)
            {
                damaged[random.Next(damaged.Length)] ^= (byte)random.Next(1, 256);
            }

            System.IO.File.WriteAllBytes(table, trial == 0 ? whole[..^20] : damaged);
            var (code, _, error) = await Score(table);
            Assert.True(code is 0 or 2, error);
            Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
            if (code == 2)
            {
                Assert.Contains("in.parquet", error, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_Parquet_file_without_the_column_gives_2_at_once_with_its_columns()
    {
        string table = Path.Combine(directory.FullName, "in.parquet");
        await Copy(File("in.jsonl", Right), table);
        Assert.Equal(
            (
                2,
                "",
                $"{table} has no column \"complexion\"; did you mean \"completion\"? It has id, completion, answer (see "
                    + $"--completion-column).{Environment.NewLine}"
            ),
            await Score(table, "--completion-column", "complexion")
        );
    }
}
