using System.Text.Json.Nodes;
using Cppo.Pipeline.Tests.Cli;
using Cppo.Pipeline.Tests.Run;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Replay;

/// <summary>A difference that is planted in a copy of a run is found where it was planted.</summary>
[Collection(RunsCollection.Name)]
public sealed class BisectTests(SmallModel model) : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    private static Task<(int Code, string Output, string Error)> BisectAsync(params string[] args) =>
        TinyModelFolder.RunAsync("", ["bisect", .. args]);

    private static async Task<JsonNode> JsonAsync(int code, string a, string b)
    {
        var result = await BisectAsync(a, b, "--json");
        Assert.Equal((code, ""), (result.Code, result.Error));
        return JsonNode.Parse(result.Output)!;
    }

    [RunFact]
    public async Task Runs_of_one_configuration_are_equal_whenever_and_with_however_many_threads_they_were_made()
    {
        var straight = await model.StraightAsync(0);
        var other = await SmallRun.RunAsync(model, directory.Path, "model.threads=2");
        Assert.Equal(
            straight.Metrics.Select(line => (string)line["weights_hash"]!),
            other.Metrics.Select(line => (string)line["weights_hash"]!)
        );
        var (code, output, error) = await BisectAsync(straight.DirectoryPath, other.DirectoryPath);
        Assert.Equal((0, ""), (code, error));
        int rows = (await straight.RowsAsync()).Length;
        string hash = (string)straight.Metrics[3]["weights_hash"]!;
        Assert.Equal(
            $"{straight.DirectoryPath} and {other.DirectoryPath} are equal in 4 updates with {rows} completions, "
                + $"which end with the weights {hash}.\n",
            output
        );
        Assert.True((bool)(await JsonAsync(0, straight.DirectoryPath, other.DirectoryPath))["equal"]!);
    }

    public static TheoryData<string, string, string> Planted =>
        new()
        {
            { "question", "question", "question_id" },
            { "token", "sampling", "token_ids" },
            { "logprob", "generation logprob", "logprobs" },
            { "reward", "reward", "reward" },
            { "advantage", "advantage", "advantage" },
            { "fate", "fate", "kept" },
            { "micro-batch", "micro-batch", "micro_batch" },
        };

    [RunTheory]
    [MemberData(nameof(Planted))]
    public async Task A_difference_in_a_row_is_found(string planted, string kind, string column)
    {
        var straight = await model.StraightAsync(0);
        string copy = CopiedRun.Of(straight.DirectoryPath, directory.Of("copy"));
        RunRow[] rows = [.. (await straight.RowsAsync()).Where(row => row.Step == 2)];
        int at = Array.FindLastIndex(rows, row => row.IsKept);
        await RewrittenRows.ChangeAsync(
            copy,
            2,
            (row, place) =>
                place != at ? row
                : planted == "question" ? row.WithQuestion("other")
                : ReplayTests.Damage(row, planted)
        );

        // A difference that comes later, in another update, is not the first.
        await RewrittenRows.ChangeAsync(copy, 3, (row, place) => place == 0 ? row.WithReward(77) : row);
        var first = (await JsonAsync(1, straight.DirectoryPath, copy))["first"]!;
        Assert.Equal((kind, column, 2), ((string)first["kind"]!, (string)first["column"]!, (int)first["step"]!));
        Assert.Equal(
            (rows[at]["question_id"], rows[at].Int("completion_index")),
            ((string)first["question_id"]!, (int)first["completion_index"]!)
        );
        int? token = planted switch
        {
            "token" => 0,
            "logprob" => rows[at].Int("num_tokens") - 1,
            _ => null,
        };
        Assert.Equal(token, (int?)first["token"]);
        string text = (await BisectAsync(straight.DirectoryPath, copy)).Output;
        Assert.Contains($"differ first at step 2, question \"{rows[at]["question_id"]}\"", text, StringComparison.Ordinal);
        Assert.Contains($", in the {kind}: {column} is ", text, StringComparison.Ordinal);
        Assert.Single(text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [RunFact]
    public async Task A_cause_comes_before_its_effects_though_these_stand_in_earlier_rows()
    {
        var straight = await model.StraightAsync(0);
        string copy = CopiedRun.Of(straight.DirectoryPath, directory.Of("copy"));
        await RewrittenRows.ChangeAsync(
            copy,
            1,
            (row, place) =>
                place switch
                {
                    0 => row with { Advantage = 9 },
                    2 => row.WithReward(5),
                    3 => row.WithLogprobs(logprobs => logprobs[1] = -9),
                    4 => row.WithTokens(ids => ids[2]++),
                    _ => row,
                }
        );
        var json = await JsonAsync(1, straight.DirectoryPath, copy);
        Assert.Equal(("generation logprob", 1), ((string)json["first"]!["kind"]!, (int)json["first"]!["token"]!));
        Assert.Equal(
            ["sampling", "generation logprob", "reward", "advantage"],
            json["rows"]!.AsArray().Select(kind => (string)kind!["kind"]!)
        );
    }

    [RunTheory]
    [InlineData("learning_rate", "learning rate")]
    [InlineData("loss", "loss")]
    [InlineData("gradient_norm", "gradient norm")]
    [InlineData("steps_skipped", "spike guard")]
    [InlineData("weights_hash", "weights")]
    public async Task A_difference_that_the_lines_alone_have_is_found(string key, string kind)
    {
        var straight = await model.StraightAsync(0);
        string copy = CopiedRun.Of(straight.DirectoryPath, directory.Of("copy"));
        ChangeLine(copy, 1, line => line[key] = key == "weights_hash" ? "00" : 0.125);
        ChangeLine(copy, 2, line => line["loss"] = 99);
        var first = (await JsonAsync(1, straight.DirectoryPath, copy))["first"]!;
        Assert.Equal((kind, key, 1), ((string)first["kind"]!, (string)first["column"]!, (int)first["step"]!));
        Assert.Contains("Its completions are the same", (await BisectAsync(straight.DirectoryPath, copy)).Output, StringComparison.Ordinal);
    }

    [RunFact]
    public async Task Times_and_speeds_are_no_differences_and_a_shorter_run_is_compared_as_far_as_it_goes()
    {
        var straight = await model.StraightAsync(0);
        string copy = CopiedRun.Of(straight.DirectoryPath, directory.Of("copy"));
        string[] times = ["update_seconds", "elapsed_seconds", "rollout_tokens_per_second", "working_set_bytes", "overlap_share"];
        ChangeLine(copy, 1, line => Array.ForEach(times, key => line[key] = 1234));
        await RewrittenRows.ChangeAsync(copy, 1, (row, _) => row);
        string metrics = Path.Combine(copy, "metrics.jsonl");
        File.WriteAllLines(metrics, File.ReadAllLines(metrics)[..3]);
        File.Delete(Path.Combine(copy, "completions", "step-000000.parquet"));
        var (code, output, _) = await BisectAsync(straight.DirectoryPath, copy);
        Assert.Equal(0, code);
        Assert.Contains("are equal in 3 updates with ", output, StringComparison.Ordinal);
        Assert.Contains("Of 1 update the completions are not in both runs", output, StringComparison.Ordinal);
        string lengths = $"{straight.DirectoryPath} has 4 updates and {copy} 3; those that both have were compared.";
        Assert.Contains(lengths, output, StringComparison.Ordinal);
    }

    [RunFact]
    public async Task Configurations_that_differ_are_told_beside_the_first_update_that_does()
    {
        var straight = await model.StraightAsync(0);
        var other = await SmallRun.RunAsync(model, directory.Path, "update.learningRate=2e-3", "run.updates=4");
        var json = await JsonAsync(1, straight.DirectoryPath, other.DirectoryPath);
        Assert.Equal(["update.learningRate (was 0.001, is 0.002)"], json["configuration"]!.AsArray().Select(key => (string)key!));
        Assert.Equal(("learning rate", 0), ((string)json["first"]!["kind"]!, (int)json["first"]!["step"]!));

        // Only the configuration differs: the numbers are copied.
        string copy = CopiedRun.Of(straight.DirectoryPath, directory.Of("copy"));
        string config = Path.Combine(copy, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"keep\": 2", "\"keep\": 3", StringComparison.Ordinal));
        var alone = await JsonAsync(1, straight.DirectoryPath, copy);
        Assert.Null(alone["first"]);
        Assert.Equal(["prune.keep (was 2, is 3)"], alone["configuration"]!.AsArray().Select(key => (string)key!));
    }

    [RunFact]
    public async Task Another_seed_asks_another_question_first()
    {
        var straight = await model.StraightAsync(0);
        var other = await SmallRun.RunAsync(model, directory.Path, "run.seed=4", "run.updates=1");
        var first = (await JsonAsync(1, straight.DirectoryPath, other.DirectoryPath))["first"]!;
        Assert.Equal(("question", 0, 0), ((string)first["kind"]!, (int)first["step"]!, (int)first["completion_index"]!));
    }

    [Fact]
    public async Task A_directory_that_is_no_run_is_told_so()
    {
        var (code, output, error) = await BisectAsync(directory.Path, directory.Path);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains($"{directory.Path} is no run's directory", error, StringComparison.Ordinal);
    }

    private static void ChangeLine(string run, int step, Action<JsonObject> change)
    {
        string path = Path.Combine(run, "metrics.jsonl");
        string[] lines = File.ReadAllLines(path);
        var line = JsonNode.Parse(lines[step])!.AsObject();
        change(line);
        lines[step] = line.ToJsonString();
        File.WriteAllLines(path, lines);
    }
}
