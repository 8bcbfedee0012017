using System.Text.Json;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;
using Cppo.Stages;

namespace Cppo.Pipeline.Tests.Data;

/// <summary>Chats as TRL's and verl's datasets have them, in JSON Lines and in arrays.</summary>
public sealed class ChatQuestionsTests : IDisposable
{
    private readonly DatasetFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static DatasetConfig Chats(string path) => new() { Path = path, QuestionColumn = "prompt" };

    [Fact]
    public async Task Turns_before_the_last_one_are_carried_and_a_lone_one_is_a_plain_question()
    {
        string path = folder.Write(
            "train.jsonl",
            """
            {"prompt": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "1+1?"}], "answer": 2}
            {"prompt": [{"content": "2+2?", "role": "user", "name": null}], "answer": 4}
            {"prompt":[{"role": "user", "content": "a"}, {"role": "assistant", "content":""}, {"role": "user", "content":"b"}], "answer":1}
            {"prompt": "plain", "answer": "3"}
            {"prompt": [{"role": "user", "content": [{"type": "text", "text": "How "}, {"type": "text", "text": "many?"}]}], "answer": 5}
            """
        );
        var questions = await QuestionReader.ReadAsync(Chats(path), default);
        Assert.Equal(["1+1?", "2+2?", "b", "plain", "How many?"], questions.Select(question => question.Text));
        Assert.Equal(["2", "4", "1", "3", "5"], questions.Select(question => question.Answer));
        Assert.Equal([new Turn("system", "Be brief.")], questions[0].Earlier);
        Assert.Equal([new Turn("user", "a"), new Turn("assistant", "")], questions[2].Earlier);
        Assert.All([1, 3, 4], row => Assert.Empty(questions[row].Earlier));
        Assert.Equal(questions[0].Earlier, new QuestionStream(questions, 1, shuffle: false).At(5).Earlier);
    }

    [Fact]
    public async Task Verls_rows_are_read_from_an_array_with_a_member_of_a_structure_as_answer()
    {
        string path = folder.Write(
            "train.json",
            """
            [
              { "data_source": "openai/gsm8k", "ability": "math",
                "prompt": [ { "role": "user", "content": "Has [3, {\"4\": \\\"]} apples?" } ],
                "reward_model": { "style": "rule", "ground_truth": "72" }, "extra_info": { "split": "train", "index": 0 } },
              { "prompt": [ { "role": "user", "content": "b" } ], "reward_model": { "ground_truth": 5 } }
            ]
            """
        );
        var questions = await QuestionReader.ReadAsync(Chats(path) with { AnswerColumn = "reward_model.ground_truth" }, default);
        Assert.Equal(
            [("train.json:1", "Has [3, {\"4\": \\\"]} apples?", "72"), ("train.json:2", "b", "5")],
            questions.Select(question => (question.Id, question.Text, question.Answer))
        );
    }

    [Theory]
    [InlineData("[]", "is an empty list of messages; give it one of the user's")]
    [InlineData("""[{"content": "a"}]""", "has message 1 without a \"role\"; write system, user or assistant")]
    [InlineData("""[{"role": "user"}]""", "has message 1 without a \"content\"; write its text")]
    [InlineData("""[{"role": "user", "content": null}]""", "has message 1 without a \"content\"; write its text")]
    [InlineData("""[{"role": "user", "content": 3}]""", "has message 1 whose content is a JSON Number; write its text")]
    [InlineData(
        """[{"role": "user", "content": "a"}, "b"]""",
        "has message 2 that is a JSON String; write { \"role\": ..., \"content\": ... }"
    )]
    [InlineData(
        """[{"role": "user", "content": "a"}, {"role": "tool", "content": "b"}]""",
        "has message 2 of the role \"tool\"; the roles are system, user and assistant"
    )]
    [InlineData(
        """[{"role": "user", "content": "a"}, {"role": "system", "content": "b"}]""",
        "has a system message as message 2; it may only be the first"
    )]
    [InlineData(
        """[{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]""",
        "ends with the assistant's message, where a question ends with the user's; leave that one out, or name a column without it"
    )]
    [InlineData(
        """[{"role": "system", "content": "a"}]""",
        "ends with the system's message, where a question ends with the user's; leave that one out, or name a column without it"
    )]
    [InlineData(
        """[{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "a"}]}]""",
        "has message 1 with a part of type \"image\"; only text is read"
    )]
    [InlineData(
        """[{"role": "user", "content": [{"text": "a"}]}]""",
        "has message 1 with a part that states no \"type\"; write { \"type\": \"text\", \"text\": ... }"
    )]
    [InlineData(
        """[{"role": "user", "content": [{"type": "text"}]}]""",
        "has message 1 with a part of type \"text\" that has no \"text\"; write it"
    )]
    public async Task What_is_no_chat_is_named_with_its_row(string prompt, string fault)
    {
        string sound = """{"prompt": "a", "answer": "1"}""";
        string row = $$"""{"prompt": {{prompt}}, "answer": "1"}""";
        Assert.Equal(
            $"train.jsonl, line 2: \"prompt\" {fault}.",
            await DatasetFolder.FaultOfAsync(Chats(folder.Write("train.jsonl", $"{sound}\n{row}\n")))
        );
        Assert.Equal(
            $"train.json, item 2 (line 3): \"prompt\" {fault}.",
            await DatasetFolder.FaultOfAsync(Chats(folder.Write("train.json", $"[\n{sound},\n{row}\n]")))
        );
    }

    [Fact]
    public async Task Other_lists_and_empty_questions_are_refused_as_ever()
    {
        string path = folder.Write(
            "train.jsonl",
            """
            {"prompt": ["a"], "answer": "1"}
            {"prompt": {"role": "user", "content": "a"}, "answer": "1"}
            {"prompt": [{"role": "user", "content": " "}], "answer": "1"}
            {"prompt": "a", "answer": [{"role": "user", "content": "a"}]}
            {"prompt": [{"role": "user", "content": "\udc00"}], "answer": "1"}
            """
        );
        Assert.Equal(
            [
                "train.jsonl, line 1: \"prompt\" is a JSON Array; it must be text or a number.",
                "train.jsonl, line 2: \"prompt\" is a JSON Object; it must be text or a number.",
                "train.jsonl, line 3 has an empty \"prompt\"; fill it in or remove the row.",
                "train.jsonl, line 4: \"answer\" is a JSON Array; it must be text or a number.",
                "train.jsonl, line 5 holds half of a surrogate pair; write the whole character.",
            ],
            (await DatasetFolder.FaultOfAsync(Chats(path))).Split(Environment.NewLine)
        );
    }

    [Fact]
    public async Task The_columns_of_others_are_named_where_ours_are_missing()
    {
        string path = folder.Write("train.jsonl", """{"prompt": [{"role": "user", "content": "a"}], "solution": "1"}""");
        Assert.Equal(
            "train.jsonl, line 1 has no column \"question\"; did you mean \"prompt\"? It has prompt, solution.",
            await DatasetFolder.FaultOfAsync(path)
        );
        Assert.Equal(
            "train.jsonl, line 1 has no column \"answer\"; did you mean \"solution\"? It has prompt, solution.",
            await DatasetFolder.FaultOfAsync(Chats(path))
        );
    }

    [Fact]
    public void Turns_are_the_same_after_they_were_written_as_json()
    {
        Turn[] turns = [new("system", "\"<b>\" é 🦆 \u2028\n"), new("user", ""), new("assistant", "a\\b")];
        Assert.Equal(turns, ChatTurns.FromJson(ChatTurns.ToJson(turns)));
        Assert.Null(ChatTurns.ToJson([]));
        Assert.Empty(ChatTurns.FromJson(null));
        Assert.All(["{}", "[1]", "[{\"role\": \"user\"}]", "["], text => Assert.ThrowsAny<JsonException>(() => ChatTurns.FromJson(text)));
    }
}
