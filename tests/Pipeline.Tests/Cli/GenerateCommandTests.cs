using System.Text.Json.Nodes;

namespace Cppo.Pipeline.Tests.Cli;

public sealed class GenerateCommandTests : IDisposable
{
    private readonly TinyModelFolder folder = new();

    public void Dispose() => folder.Dispose();

    private Task<(int ExitCode, string Output, string Error)> Generate(string input, params string[] args) =>
        TinyModelFolder.RunAsync(input, ["generate", folder.Model, .. args, "--threads", "1", "--max-tokens", "5"]);

    [EngineFact]
    public async Task One_completion_is_printed_as_it_is_and_the_same_from_the_input()
    {
        var (code, completion, error) = await Generate("", "two apples");
        Assert.Equal((0, $"model: {folder.Model}\n"), (code, error));
        var (_, named, _) = await Generate("two apples\n\n3 + 4\n");
        Assert.Matches(@"^# two apples\n## 1 of 1: \d+ tokens, (stop|length)\n", named);
        Assert.Contains(completion, named, StringComparison.Ordinal);
        Assert.Contains("\n# 3 + 4\n", named, StringComparison.Ordinal);
    }

    [EngineFact]
    public async Task A_chat_of_one_message_is_that_question_and_what_is_no_chat_is_named()
    {
        var (_, plain, _) = await Generate("", "two apples");
        var (code, chat, _) = await Generate("", """[{"role": "user", "content": "two apples"}]""", "--messages");
        Assert.Equal((0, plain), (code, chat));
        const string turns = """[{"role": "system", "content": "two"}, {"role": "user", "content": "two apples"}]""";
        var (_, first, _) = await Generate("", turns, "--messages", "--system", "ignored");
        var (_, second, _) = await Generate("", "two apples", "--system", "two");
        Assert.Equal(second, first);
        var (refused, _, error) = await Generate($"{turns}\n[{{\"role\": \"user\"}}]\n", "--messages");
        Assert.Equal(2, refused);
        Assert.Contains("Line 2 has message 1 without a \"content\"; write its text.", error, StringComparison.Ordinal);
        Assert.Contains(
            "The question is no list of messages; write [{ \"role\": \"user\", \"content\": ... }].",
            (await Generate("", "two apples", "--messages")).Error,
            StringComparison.Ordinal
        );
    }

    [EngineFact]
    public async Task Samples_differ_and_follow_from_the_seed()
    {
        var first = await Generate("", "two apples", "--samples", "3", "--seed", "2");
        Assert.Equal(0, first.ExitCode);
        Assert.Equal(first, await Generate("", "two apples", "--samples", "3", "--seed", "2"));
        Assert.NotEqual(first, await Generate("", "two apples", "--samples", "3", "--seed", "3"));
        Assert.Contains("## 3 of 3: ", first.Output, StringComparison.Ordinal);
    }

    [EngineFact]
    public async Task A_restriction_leaves_the_likeliest_and_asks_for_a_temperature()
    {
        var greedy = await Generate("", "two apples");
        Assert.Equal(greedy, await Generate("", "two apples", "--temperature", "2", "--top-k", "1"));
        Assert.Equal(greedy, await Generate("", "two apples", "--temperature", "2", "--min-p", "1"));
        Assert.Equal(greedy, await Generate("", "two apples", "--temperature", "2", "--top-p", "0.001"));
        Assert.NotEqual(greedy, await Generate("", "two apples", "--temperature", "2", "--seed", "3"));
        var (code, output, error) = await Generate("", "two apples", "--top-p", "0.9");
        Assert.Equal((2, ""), (code, output));
        Assert.EndsWith(
            "--top-p, --top-k and --min-p leave tokens to draw from, but at temperature 0 the likeliest is taken; give --temperature too, "
                + "e.g. 0.6.\n",
            error,
            StringComparison.Ordinal
        );

        // What the directory says counts where nothing is stated.
        string path = Path.Combine(folder.Model, "generation_config.json");
        var json = File.Exists(path) ? JsonNode.Parse(await File.ReadAllTextAsync(path))!.AsObject() : [];
        json["top_k"] = 1;
        await File.WriteAllTextAsync(path, json.ToJsonString());
        Assert.Equal(greedy, await Generate("", "two apples", "--temperature", "2", "--seed", "3"));
        Assert.NotEqual(greedy, await Generate("", "two apples", "--temperature", "2", "--seed", "3", "--top-k", "0"));
    }

    [EngineFact]
    public async Task System_text_and_chat_template_make_the_prompt()
    {
        string tooLong = string.Concat(Enumerable.Repeat("xq", 80));
        var (code, output, error) = await Generate("", "two", "--system", tooLong);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("which leaves no room in the model's context of 160", error, StringComparison.Ordinal);

        // A question of 92 bytes fits without the template only.
        string question = string.Concat(Enumerable.Repeat("xq", 46));
        Assert.Equal(2, (await Generate("", question)).ExitCode);
        Assert.Equal(0, (await Generate("", question, "--no-chat-template")).ExitCode);
    }

    [EngineFact]
    public async Task Without_a_question_the_command_gives_2()
    {
        var (code, output, error) = await Generate("\n");
        Assert.Equal((2, ""), (code, output));
        Assert.EndsWith("There is no question; give one after the model, or pipe in one a line.\n", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--samples", "0")]
    [InlineData("--temperature", "-1")]
    [InlineData("--temperature", "0.001")]
    [InlineData("--top-p", "0")]
    [InlineData("--top-p", "1.1")]
    [InlineData("--top-k", "-1")]
    [InlineData("--min-p", "2")]
    [InlineData("--device", "gpu")]
    [InlineData("--engine", "fast")]
    public async Task Bad_options_give_2(params string[] args) => Assert.Equal(2, (await Generate("", ["two", .. args])).ExitCode);
}
