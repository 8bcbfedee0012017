using System.Text;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;

namespace Cppo.Pipeline.Tests.Data;

public sealed class JsonLinesQuestionsTests : IDisposable
{
    private readonly DatasetFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Lines_end_at_line_feeds_only_and_answers_stay_as_they_are()
    {
        string text =
            "\uFEFF{\"question\": \"a\u2028b\u0085c\", \"answer\": \"48/2=24\\n#### 24\"}\r\n\n{\"answer\": 1.50, \"question\": \"d\"}";
        var questions = await DatasetFolder.ReadAsync(folder.Write("train.jsonl", text));
        Assert.Equal(["a\u2028b\u0085c", "d"], questions.Select(question => question.Text));
        Assert.Equal(["48/2=24\n#### 24", "1.50"], questions.Select(question => question.Answer));
        Assert.Equal(["train.jsonl:1", "train.jsonl:2"], questions.Select(question => question.Id));
    }

    [Fact]
    public async Task A_key_that_a_row_states_twice_is_named_with_its_line()
    {
        string path = folder.Write(
            "train.jsonl",
            """
            {"question": "a", "answer": 1}
            {"question": "a", "answer": 1, "answer": 2}
            """
        );
        Assert.Equal("train.jsonl, line 2 states \"answer\" twice; remove one of them.", await DatasetFolder.FaultOfAsync(path));
    }

    [Fact]
    public async Task Rows_larger_than_any_buffer_are_read_whole()
    {
        string[] texts = [.. Enumerable.Range(0, 60).Select(row => new string((char)('a' + (row % 26)), row * row * 500))];
        var file = new StringBuilder();
        foreach (string text in texts)
        {
            file.Append($"{{\"question\": \"q{text}\", \"answer\": \"1\"}}\n");
        }

        var questions = await DatasetFolder.ReadAsync(folder.Write("train.jsonl", file.ToString()));
        Assert.Equal(texts.Select(text => "q" + text), questions.Select(question => question.Text));
    }

    [Fact]
    public async Task Members_of_structures_are_found_by_their_path()
    {
        string path = folder.Write("train.jsonl", "{\"prompt.text\": \"a\", \"reward_model\": {\"ground_truth\": \"7\"}}\n");
        var dataset = new DatasetConfig
        {
            Path = path,
            QuestionColumn = "prompt.text",
            AnswerColumn = "reward_model.ground_truth",
        };
        var question = Assert.Single(await QuestionReader.ReadAsync(dataset, default));
        Assert.Equal(("a", "7"), (question.Text, question.Answer));
    }

    [Fact]
    public async Task All_faults_are_named_with_their_lines()
    {
        string path = folder.Write(
            "train.jsonl",
            """
            {"question": "a", "answer": "1"}
            {"question": "b", "answer": "2"
            ["c", "3"]

            {"question": "d", "anwser": "4"}
            {"question": null, "answer": "5"}
            {"question": ["f"], "answer": "6"}
            {"question": "\ud800", "answer": "7"}
            """
        );
        string[] faults = (await DatasetFolder.FaultOfAsync(path)).Split(Environment.NewLine);
        Assert.StartsWith("train.jsonl, line 2, byte ", faults[0], StringComparison.Ordinal);
        Assert.Contains("malformed JSON", faults[0], StringComparison.Ordinal);
        Assert.Equal("train.jsonl, line 3 is a JSON Array; each line must be an object.", faults[1]);
        Assert.Equal("train.jsonl, line 5 has no column \"answer\"; did you mean \"anwser\"? It has question, anwser.", faults[2]);
        Assert.Equal("train.jsonl, line 6 has an empty \"question\"; fill it in or remove the row.", faults[3]);
        Assert.Equal("train.jsonl, line 7: \"question\" is a JSON Array; it must be text or a number.", faults[4]);
        Assert.Equal("train.jsonl, line 8 holds half of a surrogate pair; write the whole character.", faults[5]);
        Assert.Equal(6, faults.Length);
    }

    [Fact]
    public async Task A_column_that_the_first_row_lacks_is_one_fault()
    {
        string path = folder.Write("train.jsonl", string.Concat(Enumerable.Repeat("{\"problem\": \"a\", \"answer\": \"1\"}\n", 20)));
        Assert.Equal("train.jsonl, line 1 has no column \"question\"; it has problem, answer.", await DatasetFolder.FaultOfAsync(path));
    }

    [Gsm8kFact]
    public async Task The_real_train_file_is_read_whole()
    {
        var questions = await DatasetFolder.ReadAsync(Gsm8kFactAttribute.TrainFile);
        Assert.NotEmpty(questions);
        Assert.All(questions, question => Assert.Contains("\n#### ", question.Answer, StringComparison.Ordinal));
        Assert.Equal(File.ReadAllBytes(Gsm8kFactAttribute.TrainFile).Count(unit => unit == '\n'), questions.Length);
    }
}

/// <summary>A test that reads GSM8K's train file.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class Gsm8kFactAttribute : FactAttribute
{
    public Gsm8kFactAttribute() => Skip = File.Exists(TrainFile) ? null! : $"{TrainFile} is absent; CPPO_DATA names another directory";

    public static string TrainFile =>
        Path.Combine(
            Environment.GetEnvironmentVariable("CPPO_DATA") ?? Path.Combine(Root(), "..", "shared", "data"),
            "gsm8k",
            "train.jsonl"
        );

    private static string Root()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Cppo.Pipeline.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? AppContext.BaseDirectory;
    }
}
