using System.Text.Json;
using System.Text.Json.Nodes;
using Cppo.Model.Engine;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Models;

namespace Cppo.Pipeline.Tests.Cli;

public sealed class LogprobsCommandTests : IDisposable
{
    private readonly TinyModelFolder folder = new();

    public void Dispose() => folder.Dispose();

    private Task<(int ExitCode, string Output, string Error)> Logprobs(string lines, params string[] args) =>
        TinyModelFolder.RunAsync("", ["logprobs", folder.Model, "--input", folder.Write("in.jsonl", lines), "--threads", "1", .. args]);

    private static JsonNode[] Rows(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    [EngineFact]
    public async Task Logprobs_are_those_with_which_the_completions_were_drawn()
    {
        using var model = LoadedModel.Load(
            new PipelineConfig
            {
                Model = new ModelConfig { Path = folder.Model, Threads = 1 },
            }
        );
        int[][] prompts = [model.Tokenizer.Encode("two apples"), model.Tokenizer.Encode("3"), model.Tokenizer.Encode("pears and pears")];
        var groups = await model.Engine.GenerateAsync(
            model.Snapshot,
            new GenerationRequest
            {
                Prompts = [.. prompts.Select((ids, i) => new GenerationPrompt(ids, i))],
                GroupSize = 1,
                Sampling = new SamplingSettings
                {
                    Temperature = 0.7,
                    MaxNewTokens = 9,
                    StopTokenIds = [],
                    Seed = 3,
                },
            },
            default
        );
        var lines = prompts.Zip(
            groups,
            (prompt, group) => JsonSerializer.Serialize(new { prompt_ids = prompt, completion_ids = group.Completions[0].TokenIds })
        );

        var (code, output, error) = await Logprobs(string.Join('\n', lines), "--temperature", "0.7", "--batch", "2");
        Assert.Equal((0, $"model: {folder.Model}\n"), (code, error));
        foreach (var (row, group) in Rows(output).Zip(groups))
        {
            float[] logprobs = row["logprobs"].Deserialize<float[]>()!;
            Assert.Equal(group.Completions[0].TokenIds, row["completion_ids"].Deserialize<int[]>()!);
            Assert.Equal(9, logprobs.Length);
            Assert.All(logprobs.Zip(group.Completions[0].Logprobs), pair => Assert.Equal(pair.Second, pair.First, 1e-4f));
            Assert.Equal(logprobs.Sum(value => (double)value), (double)row["sum"]!, 1e-6);
        }
    }

    [EngineFact]
    public async Task Texts_give_what_their_ids_give()
    {
        string target = folder.PathOf("out.jsonl");
        var (code, output, _) = await Logprobs("""{ "prompt": "two apples", "completion": " and two pears" }""", "--output", target);
        Assert.Equal((0, ""), (code, output));
        var row = Assert.Single(Rows(File.ReadAllText(target)));
        var ids = new JsonObject
        {
            ["prompt_ids"] = row["prompt_ids"]!.DeepClone(),
            ["completion_ids"] = row["completion_ids"]!.DeepClone(),
        };
        Assert.Equal(File.ReadAllText(target), (await Logprobs(ids.ToJsonString())).Output);
    }

    [EngineFact]
    public async Task An_empty_file_gives_2_and_leaves_no_output()
    {
        string target = folder.PathOf("none.jsonl");
        var (code, output, error) = await Logprobs("", "--output", target);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("holds no line", error, StringComparison.Ordinal);
        Assert.False(File.Exists(target));
    }

    [EngineFact]
    public async Task A_line_that_cannot_be_used_gives_2_its_place_and_no_file()
    {
        const string Right = """{ "prompt": "two", "completion": " pears" }""";
        (string Line, string Fault)[] faults =
        [
            ("[1]", "not a JSON object"),
            ("""{ "prompt": "two" }""", "needs the text \"completion\""),
            ("""{ "prompt": "two", "completion": "" }""", "its completion has no token"),
            ("""{ "prompt_ids": [1], "completion_ids": [1, 9999] }""", "completion_ids holds 9999"),
            ("""{ "prompt_ids": ["a"], "completion_ids": [1] }""", "needs the text \"prompt\""),
            ($$"""{ "prompt": "{{new string('x', 160)}}", "completion": "x" }""", "more than the model's context of 160"),
        ];
        string target = folder.PathOf("out.jsonl");
        foreach (var (line, fault) in faults)
        {
            var (code, _, error) = await Logprobs($"{Right}\n\n{line}\n", "--output", target);
            Assert.Equal(2, code);
            Assert.StartsWith($"model: {folder.Model}\n{folder.PathOf("in.jsonl")}:3: ", error, StringComparison.Ordinal);
            Assert.Contains(fault, error, StringComparison.Ordinal);
            Assert.False(File.Exists(target) || File.Exists(target + ".tmp"));
        }
    }
}
