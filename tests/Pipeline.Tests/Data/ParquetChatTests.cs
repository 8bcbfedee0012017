using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Tests.Sinks;
using Cppo.Stages;

namespace Cppo.Pipeline.Tests.Data;

/// <summary>Lists of messages in files that DuckDB writes.</summary>
public sealed class ParquetChatTests : IDisposable
{
    private const int NumRows = 9000;

    private readonly DatasetFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Copy(string query, string options = "PARQUET_VERSION V1")
    {
        string path = folder.PathOf("duck.parquet");
        DuckDb.Run($"COPY ({query}) TO '{path}' (FORMAT parquet, {options})");
        return path;
    }

    private static DatasetConfig Verl(string path) =>
        new()
        {
            Path = path,
            QuestionColumn = "prompt",
            AnswerColumn = "reward_model.ground_truth",
        };

    [Theory]
    [InlineData("V1", "snappy")]
    [InlineData("V1", "gzip")]
    [InlineData("V2", "zstd")]
    [InlineData("V2", "uncompressed")]
    public async Task Verls_rows_are_read_turn_by_turn_over_row_groups(string version, string compression)
    {
        string path = Copy(
            $$"""
            SELECT 'openai/gsm8k' AS data_source,
                CASE i % 3
                    WHEN 0 THEN [{'role': 'user', 'content': 'question ' || i}]
                    WHEN 1 THEN [{'role': 'system', 'content': 'Be brief é'}, {'role': 'user', 'content': 'question ' || i}]
                    ELSE [{'role': 'user', 'content': 'a ' || (i % 10)}, {'role': 'assistant', 'content': ''},
                        {'role': 'user', 'content': repeat('long ', (i % 7)::INT) || 'question ' || i}] END AS prompt,
                'math' AS ability, {'style': 'rule', 'ground_truth': (i * 7)::VARCHAR} AS reward_model,
                {'split': 'train', 'index': i} AS extra_info
            FROM range({{NumRows}}) t(i) ORDER BY i
            """,
            $"PARQUET_VERSION {version}, COMPRESSION {compression}, ROW_GROUP_SIZE 2048"
        );
        var questions = await QuestionReader.ReadAsync(Verl(path), default);
        Assert.Equal(NumRows, questions.Length);
        for (int i = 0; i < NumRows; i++)
        {
            var question = questions[i];
            string lead = i % 3 == 2 ? string.Concat(Enumerable.Repeat("long ", i % 7)) : "";
            Turn[] earlier = (i % 3) switch
            {
                0 => [],
                1 => [new("system", "Be brief é")],
                _ => [new("user", $"a {i % 10}"), new("assistant", "")],
            };
            Assert.Equal(($"{lead}question {i}", $"{i * 7}"), (question.Text, question.Answer));
            Assert.Equal(earlier, question.Earlier);
        }
    }

    [Fact]
    public async Task What_a_row_lacks_is_named()
    {
        string path = Copy(
            """
            SELECT * FROM (VALUES
                (1, [{'role': 'user', 'content': 'a'}]), (2, NULL), (3, []), (4, [NULL, {'role': 'user', 'content': 'b'}]),
                (5, [{'role': NULL, 'content': 'c'}]), (6, [{'role': 'user', 'content': NULL}]), (7, [{'role': 'bot', 'content': 'd'}]),
                (8, [{'role': 'user', 'content': 'e'}, {'role': 'assistant', 'content': 'f'}]), (9, [{'role': 'user', 'content': ''}])
            ) t(answer, prompt)
            """
        );
        string[] faults = (await DatasetFolder.FaultOfAsync(new DatasetConfig { Path = path, QuestionColumn = "prompt" })).Split(
            Environment.NewLine
        );
        Assert.Equal(
            [
                "duck.parquet, row 2 has an empty \"prompt\"; fill it in or remove the row.",
                "duck.parquet, row 3: \"prompt\" is an empty list of messages; give it one of the user's.",
                "duck.parquet, row 4: \"prompt\" has message 1 that is a JSON Null; write { \"role\": ..., \"content\": ... }.",
                "duck.parquet, row 5: \"prompt\" has message 1 without a \"role\"; write system, user or assistant.",
                "duck.parquet, row 6: \"prompt\" has message 1 without a \"content\"; write its text.",
                "duck.parquet, row 7: \"prompt\" has message 1 of the role \"bot\"; the roles are system, user and assistant.",
                "duck.parquet, row 8: \"prompt\" ends with the assistant's message, where a question ends with the user's; leave that one "
                    + "out, or name a column without it.",
                "duck.parquet, row 9 has an empty \"prompt\"; fill it in or remove the row.",
            ],
            faults
        );
    }

    [Fact]
    public async Task Parts_of_text_are_joined_and_others_refused()
    {
        string path = Copy(
            """
            SELECT * FROM (VALUES
                (1, [{'role': 'user', 'content': [{'type': 'text', 'text': 'How '}, {'type': 'text', 'text': 'many?'}]},
                    {'role': 'assistant', 'content': []}, {'role': 'user', 'content': [{'type': 'text', 'text': 'And now?'}]}]),
                (2, [{'role': 'user', 'content': [{'type': 'text', 'text': 'x'}]}])
            ) t(answer, messages)
            """
        );
        var dataset = new DatasetConfig { Path = path, QuestionColumn = "messages" };
        var questions = await QuestionReader.ReadAsync(dataset, default);
        Assert.Equal(["And now?", "x"], questions.Select(question => question.Text));
        Assert.Equal([new Turn("user", "How many?"), new Turn("assistant", "")], questions[0].Earlier);
        path = Copy("SELECT [{'role': 'user', 'content': [{'type': 'image', 'text': NULL::VARCHAR}]}] AS messages, 1 AS answer");
        Assert.Equal(
            "duck.parquet, row 1: \"messages\" has message 1 with a part of type \"image\"; only text is read.",
            await DatasetFolder.FaultOfAsync(dataset)
        );
    }

    [Fact]
    public async Task A_member_of_a_structure_may_hold_the_chats_and_other_lists_are_refused_as_ever()
    {
        string path = Copy(
            "SELECT {'turns': [{'role': 'user', 'content': 'a', 'name': NULL::VARCHAR}], 'n': 1} AS chat, ['x'] AS tags, 1 AS answer"
        );
        var dataset = new DatasetConfig { Path = path, QuestionColumn = "chat.turns" };
        Assert.Equal("a", Assert.Single(await QuestionReader.ReadAsync(dataset, default)).Text);
        Assert.Equal(
            "duck.parquet has no column \"tag\"; did you mean \"tags\"? It has chat.turns, chat.n, tags, answer.",
            await DatasetFolder.FaultOfAsync(dataset with { QuestionColumn = "tag" })
        );
        Assert.Equal(
            "duck.parquet: column \"tags.list.element\" holds lists; it must be text or a number.",
            await DatasetFolder.FaultOfAsync(dataset with { QuestionColumn = "tags.list.element" })
        );
        Assert.Equal(
            "duck.parquet has no column \"answer\"; did you mean \"reward_model.ground_truth\"? It has prompt, reward_model.ground_truth.",
            await DatasetFolder.FaultOfAsync(
                new DatasetConfig
                {
                    Path = Copy("SELECT [{'role': 'user', 'content': 'a'}] AS prompt, {'ground_truth': 'x'} AS reward_model"),
                    QuestionColumn = "prompt",
                }
            )
        );
    }
}
