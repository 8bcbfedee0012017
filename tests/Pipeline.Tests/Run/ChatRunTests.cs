using System.Text.Json.Nodes;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Tests.Cli;
using Cppo.Pipeline.Tests.Sinks;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Run;

/// <summary>A run over chats: prompts, completions and replay have their turns; without any, all is as with plain questions.</summary>
[Collection(RunsCollection.Name)]
public sealed class ChatRunTests(SmallModel model) : IDisposable
{
    private static readonly string[] Columns =
    [
        "data.train.questionColumn=prompt",
        "data.train.answerColumn=reward_model.ground_truth",
        "checkpoint.every=2",
    ];

    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [RunFact]
    public async Task Turns_are_recorded_and_an_update_is_made_again_with_them()
    {
        string chats = await WriteAsync(row => row % 2 == 0 ? [("system", "two")] : [("user", "2"), ("assistant", "4")]);
        var run = await SmallRun.RunAsync(model, directory.Path, [$"data.train.path={chats}", .. Columns]);
        Assert.Contains("training questions have a system message of their own", run.Output, StringComparison.Ordinal);
        using var rows = DuckDb.Rows($"SELECT earlier_turns, prompt, question FROM '{run.Of("completions")}/*.parquet'");
        var turns = rows.RootElement.EnumerateArray().Select(row => row.GetProperty("earlier_turns").GetString()!).ToHashSet();
        Assert.Equal(
            ["""[{"role":"system","content":"two"}]""", """[{"role":"user","content":"2"},{"role":"assistant","content":"4"}]"""],
            turns.Order(StringComparer.Ordinal)
        );
        foreach (var row in rows.RootElement.EnumerateArray())
        {
            var (prompt, question) = (row.GetProperty("prompt").GetString()!, row.GetProperty("question").GetString()!);
            bool hasOwn = row.GetProperty("earlier_turns").GetString()!.Contains("system", StringComparison.Ordinal);
            Assert.Contains(hasOwn ? "two<|im_end|>" : SmallModel.System + "<|im_end|>", prompt, StringComparison.Ordinal);
            Assert.Equal(
                hasOwn,
                !prompt.Contains("<|im_start|>user\n2<|im_end|>\n<|im_start|>assistant\n4<|im_end|>", StringComparison.Ordinal)
            );
            Assert.EndsWith($"<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n", prompt, StringComparison.Ordinal);
        }

        var (code, output, notices) = await TinyModelFolder.RunAsync("", ["replay", run.DirectoryPath, "--step", "3"]);
        Assert.True(code == 0, output + notices);
        Assert.EndsWith("\nequal\n", output, StringComparison.Ordinal);
    }

    [RunFact]
    public async Task Chats_of_one_message_train_to_the_weights_of_plain_questions()
    {
        string chats = await WriteAsync(_ => []);
        var plain = await SmallRun.RunAsync(model, directory.Of("plain"), "checkpoint.every=2");
        var run = await SmallRun.RunAsync(model, directory.Of("chats"), [$"data.train.path={chats}", .. Columns]);
        Assert.Equal(plain.Weights, run.Weights);
        Assert.DoesNotContain("system message of their own", run.Output, StringComparison.Ordinal);
        using var columns = DuckDb.Rows($"SELECT name FROM parquet_schema('{run.Of("completions", "step-000000.parquet")}')");
        Assert.DoesNotContain("earlier_turns", columns.RootElement.ToString(), StringComparison.Ordinal);
    }

    /// <summary>The model's training questions as an array of verl's rows.</summary>
    private async Task<string> WriteAsync(Func<int, (string Role, string Content)[]> earlier)
    {
        var plain = new DatasetConfig { Path = Path.Combine(model.DataPath, "train.csv") };
        var rows = (await QuestionReader.ReadAsync(plain, default)).Select(
            (question, row) =>
                new JsonObject
                {
                    ["prompt"] = new JsonArray([
                        .. earlier(row)
                            .Append((Role: "user", Content: question.Text))
                            .Select(turn => new JsonObject { ["role"] = turn.Role, ["content"] = turn.Content }),
                    ]),
                    ["reward_model"] = new JsonObject { ["style"] = "rule", ["ground_truth"] = question.Answer },
                }
        );
        string path = directory.Of("chats.json");
        await File.WriteAllTextAsync(path, new JsonArray([.. rows]).ToJsonString());
        return path;
    }
}
