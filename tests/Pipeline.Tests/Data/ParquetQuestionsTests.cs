using Cppo.Pipeline.Configuration;
using Parquet;
using Parquet.Schema;

namespace Cppo.Pipeline.Tests.Data;

public sealed class ParquetQuestionsTests : IDisposable
{
    private static readonly DataField<string> Text = new("question", nullable: true);
    private static readonly DataField<long> Answer = new("answer", nullable: false);
    private readonly DatasetFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Text_and_numbers_are_read_across_row_groups()
    {
        string path = await WriteAsync(
            "train.parquet",
            [
                ["a", "b"],
                ["c"],
            ]
        );
        var questions = await DatasetFolder.ReadAsync(path);
        Assert.Equal(
            [("train.parquet:1", "a", "-1"), ("train.parquet:2", "b", "9999"), ("train.parquet:3", "c", "-1")],
            questions.Select(question => (question.Id, question.Text, question.Answer))
        );
    }

    [Fact]
    public async Task A_row_without_a_question_is_named()
    {
        string path = await WriteAsync(
            "train.parquet",
            [
                ["a"],
                ["b", null, " "],
            ]
        );
        Assert.Equal(
            "train.parquet, row 3 has an empty \"question\"; fill it in or remove the row."
                + Environment.NewLine
                + "train.parquet, row 4 has an empty \"question\"; fill it in or remove the row.",
            await DatasetFolder.FaultOfAsync(path)
        );
    }

    [Fact]
    public async Task Missing_columns_rows_and_damage_are_named()
    {
        string path = await WriteAsync(
            "train.parquet",
            [
                ["a"],
            ]
        );
        Assert.Equal(
            "train.parquet has no column \"problem\"; it has question, answer.",
            await DatasetFolder.FaultOfAsync(new DatasetConfig { Path = path, QuestionColumn = "problem" })
        );
        Assert.Contains(
            "is empty",
            await DatasetFolder.FaultOfAsync(
                await WriteAsync(
                    "empty.parquet",
                    [
                        [],
                    ]
                )
            ),
            StringComparison.Ordinal
        );
        string cut = folder.Write("cut.parquet", File.ReadAllBytes(path)[..^20]);
        Assert.StartsWith("cut.parquet cannot be read as Parquet (", await DatasetFolder.FaultOfAsync(cut), StringComparison.Ordinal);
    }

    private async Task<string> WriteAsync(string name, string?[][] rowGroups)
    {
        string path = folder.PathOf(name);
        await using var output = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(Text, Answer), output);
        foreach (string?[] texts in rowGroups)
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(Text, texts);
            await group.WriteAsync<long>(Answer, texts.Select((_, row) => (row * 10_000L) - 1).ToArray().AsMemory());
        }
        return path;
    }
}
