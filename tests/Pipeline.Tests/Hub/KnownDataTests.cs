using System.Text.Json.Nodes;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Hub;
using Cppo.Pipeline.PublicData;
using Cppo.Pipeline.Tests.Configuration;

namespace Cppo.Pipeline.Tests.Hub;

/// <summary>The real datasets, through a local hub.</summary>
public sealed class KnownDataTests
{
    [DataFact("math/train.jsonl")]
    public void The_last_box_of_every_solution_of_MATH_is_the_answer_that_is_published()
    {
        foreach (string file in new[] { "train", "test5000", "test500" })
        {
            foreach (string line in File.ReadLines(RealData.Path($"math/{file}.jsonl")))
            {
                var row = JsonNode.Parse(line)!;
                Assert.Equal((string)row["answer"]!, BoxedAnswer.Of((string)row["solution"]!));
            }
        }
    }

    [DataFact("gsm8k/train.jsonl")]
    public async Task Gsm8k_of_Parquet_has_the_questions_and_answers_of_its_authors_files()
    {
        using var server = new HubServer();
        using var folder = new HubFolder();
        var data = server.Add(HubKind.Dataset, "openai/gsm8k", new string('d', 40));
        foreach (string split in new[] { "train", "test" })
        {
            JsonNode[] rows = [.. File.ReadLines(RealData.Path($"gsm8k/{split}.jsonl")).Select(line => JsonNode.Parse(line)!)];
            data.With(
                $"main/{split}-00000-of-00001.parquet",
                await GetCommandTests.ParquetOfAsync(
                    ("question", [.. rows.Select(row => (string)row["question"]!)]),
                    ("answer", [.. rows.Select(row => (string)row["answer"]!)])
                )
            );
        }

        var (code, output, error) = await folder.GetAsync(server.Environment(folder.Cache), "gsm8k");
        Assert.True(code == 0, error);
        Assert.DoesNotContain("warning", error, StringComparison.Ordinal);
        foreach (string path in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var made = await QuestionReader.ReadAsync(new DatasetConfig { Path = path }, CancellationToken.None);
            var original = await QuestionReader.ReadAsync(
                new DatasetConfig { Path = RealData.Path($"gsm8k/{Path.GetFileName(path)}") },
                CancellationToken.None
            );
            Assert.Equal(original, made);
        }
    }
}
