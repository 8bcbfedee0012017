using System.Text.Json;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Sinks;
using Cppo.Stages;
using Parquet;
using Parquet.Schema;

namespace Cppo.Pipeline.Tests.Sinks;

public sealed class ParquetRolloutSinkTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("cppo-sink-");
    private readonly List<TimeSpan> pauses = [];
    private Action whilePausing = () => { };

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Columns_have_their_names_and_order()
    {
        await Sink().WriteAsync(HandMadeBatch.Create(), default);
        await using var reader = await ParquetReader.CreateAsync(FileOf(3));
        Assert.Equal(
            [
                "run_id",
                "step",
                "policy_version",
                "question_id",
                "question",
                "answer",
                "prompt",
                "completion_index",
                "completion",
                "token_ids",
                "logprobs",
                "num_tokens",
                "finish_reason",
                "reward_accuracy",
                "reward_tag_count",
                "reward",
                "correct",
                "reward_reason",
                "extracted_answer",
                "advantage",
                "group_mean",
                "group_std",
                "kept",
                "drop_reason",
                "device",
                "micro_batch",
                "generated_at",
            ],
            reader.Schema.Fields.Select(field => field.Name)
        );
        Assert.Equal(10, reader.OpenRowGroupReader(0).RowCount);
    }

    [Fact]
    public async Task DuckDB_reads_the_versions_of_format_and_program_in_the_metadata()
    {
        await Sink().WriteAsync(HandMadeBatch.Create(), default);
        using var rows = DuckDb.Rows(
            $"SELECT decode(key) AS key, decode(value) AS value FROM parquet_kv_metadata('{FileOf(3)}') WHERE decode(key) LIKE 'cppo.%' "
                + "ORDER BY 1"
        );
        Assert.Equal(
            [$"cppo.format_version={FileFormat.Completions.Current}", $"cppo.program_version={ProgramVersion.Text}"],
            rows.RootElement.EnumerateArray().Select(row => $"{row.GetProperty("key").GetString()}={row.GetProperty("value").GetString()}")
        );
    }

    [Theory]
    [InlineData(
        "99",
        " is of version 99 of the completions format, and this program reads versions 1 to 2; take a newer Cppo.Pipeline than "
    )]
    [InlineData("soon", " states cppo.format_version \"soon\", which is no version; write the file anew.")]
    public async Task Completions_of_a_newer_format_are_refused(string version, string sentence)
    {
        string path = Path.Combine(folder.FullName, "newer.parquet");
        var field = new DataField<int>("step", nullable: false);
        await using (var file = File.Create(path))
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(field), file))
        {
            writer.CustomMetadata = new Dictionary<string, string> { ["cppo.format_version"] = version };
            using var group = writer.CreateRowGroup();
            await group.WriteAsync<int>(field, Enumerable.Range(1, 1).ToArray().AsMemory());
        }

        var error = await Assert.ThrowsAsync<DataException>(() => ParquetRows.ColumnsAsync(path, path, default));
        Assert.StartsWith(path + sentence, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DuckDB_reads_every_value_of_a_run_without_options()
    {
        foreach (int step in new[] { 3, 4 })
        {
            await Sink().WriteAsync(HandMadeBatch.Create(step), default);
        }

        string files = Path.Combine(folder.FullName, "*.parquet");
        using var rows = DuckDb.Rows($"SELECT * FROM '{files}' ORDER BY step, question_id, completion_index");
        RolloutRow[] expected =
        [
            .. RolloutRow.From(HandMadeBatch.Create(3), ["cpu", "cuda:1"]),
            .. RolloutRow.From(HandMadeBatch.Create(4), ["cpu", "cuda:1"]),
        ];
        Assert.Equal(expected.Length, rows.RootElement.GetArrayLength());
        foreach ((var row, var read) in expected.Zip(rows.RootElement.EnumerateArray()))
        {
            Check(row, read);
        }
    }

    [Fact]
    public async Task DuckDB_sees_the_columns_with_their_logical_types()
    {
        await Sink().WriteAsync(HandMadeBatch.Create(), default);
        using var rows = DuckDb.Rows($"DESCRIBE SELECT * FROM '{FileOf(3)}'");
        Assert.Equal(
            [
                "run_id VARCHAR",
                "step INTEGER",
                "policy_version INTEGER",
                "question_id VARCHAR",
                "question VARCHAR",
                "answer VARCHAR",
                "prompt VARCHAR",
                "completion_index INTEGER",
                "completion VARCHAR",
                "token_ids INTEGER[]",
                "logprobs FLOAT[]",
                "num_tokens INTEGER",
                "finish_reason VARCHAR",
                "reward_accuracy DOUBLE",
                "reward_tag_count DOUBLE",
                "reward DOUBLE",
                "correct BOOLEAN",
                "reward_reason VARCHAR",
                "extracted_answer VARCHAR",
                "advantage DOUBLE",
                "group_mean DOUBLE",
                "group_std DOUBLE",
                "kept BOOLEAN",
                "drop_reason VARCHAR",
                "device VARCHAR",
                "micro_batch INTEGER",
                "generated_at TIMESTAMP WITH TIME ZONE",
            ],
            rows.RootElement.EnumerateArray().Select(row => $"{row.GetProperty("column_name")} {row.GetProperty("column_type")}")
        );
    }

    [Fact]
    public async Task DuckDB_counts_by_the_step_as_a_number_without_options()
    {
        foreach (int step in new[] { 0, 1, 12 })
        {
            await Sink().WriteAsync(HandMadeBatch.Create(step), default);
        }

        string files = Path.Combine(folder.FullName, "**", "*.parquet");
        using var rows = DuckDb.Rows(
            $"SELECT step, typeof(step) AS type, count(*)::INT AS n, sum(kept::INT)::INT AS kept FROM '{files}' GROUP BY ALL ORDER BY step"
        );
        Assert.Equal(
            [(0, "INTEGER", 10, 3), (1, "INTEGER", 10, 3), (12, "INTEGER", 10, 3)],
            rows.RootElement.EnumerateArray()
                .Select(row =>
                    (
                        row.GetProperty("step").GetInt32(),
                        row.GetProperty("type").GetString(),
                        row.GetProperty("n").GetInt32(),
                        row.GetProperty("kept").GetInt32()
                    )
                )
        );
    }

    [Fact]
    public async Task A_batch_written_again_replaces_itself_and_leaves_nothing_aside()
    {
        await Sink().WriteAsync(HandMadeBatch.Create(), default);
        byte[] first = File.ReadAllBytes(FileOf(3));
        await Sink().WriteAsync(HandMadeBatch.Create(), default);
        Assert.Equal(first, File.ReadAllBytes(FileOf(3)));
        Assert.Equal(["step-000003.parquet"], Directory.EnumerateFileSystemEntries(folder.FullName).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_batch_without_groups_is_an_empty_file()
    {
        await Sink().WriteAsync(HandMadeBatch.Empty(5), default);
        await using var reader = await ParquetReader.CreateAsync(FileOf(5));
        Assert.Equal(0, reader.RowGroups.Sum(group => group.RowCount));
    }

    [Fact]
    public async Task A_write_that_fails_is_tried_again()
    {
        string obstacle = Directory.CreateDirectory(FileOf(3)).FullName;
        whilePausing = () => Directory.Delete(obstacle);
        await Sink().WriteAsync(HandMadeBatch.Create(), default);
        Assert.True(File.Exists(FileOf(3)));
        Assert.Single(pauses);
    }

    [Fact]
    public async Task A_write_that_fails_three_times_names_step_file_and_cause()
    {
        Directory.CreateDirectory(FileOf(3));
        var error = await Assert.ThrowsAsync<IOException>(() => Sink().WriteAsync(HandMadeBatch.Create(), default));
        Assert.Contains("completions of step 3", error.Message, StringComparison.Ordinal);
        Assert.Contains(FileOf(3), error.Message, StringComparison.Ordinal);
        Assert.Contains("3 tries", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, pauses.Count);
    }

    [Fact]
    public async Task A_fault_while_writing_leaves_neither_file_nor_remains()
    {
        var batch = HandMadeBatch.Create();
        batch.Groups[1].Advantaged.Scored.Rewards[1] = new CompletionReward(0, [], "", "", false);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Sink().WriteAsync(batch, default));
        Assert.Empty(Directory.EnumerateFiles(folder.FullName, "*", SearchOption.AllDirectories));
    }

    private ParquetRolloutSink Sink() =>
        new(
            new RolloutSinkSettings
            {
                Directory = folder.FullName,
                RunId = "default",
                UpdateDevices = ["cpu", "cuda:1"],
                RewardNames = ["accuracy", "tagCount"],
                PromptText = ids => string.Join(" ", ids.Select(id => $"<{id}>")),
            },
            (pause, _) =>
            {
                pauses.Add(pause);
                whilePausing();
                return Task.CompletedTask;
            }
        );

    private string FileOf(int step) => RolloutFiles.PathOf(folder.FullName, step);

    private static void Check(RolloutRow row, JsonElement read)
    {
        Assert.Equal("default", read.GetProperty("run_id").GetString());
        Assert.Equal(row.Step, read.GetProperty("step").GetInt32());
        Assert.Equal(row.Rollout.PolicyVersion, read.GetProperty("policy_version").GetInt32());
        Assert.Equal(row.Rollout.Question.Id, read.GetProperty("question_id").GetString());
        Assert.Equal(row.Rollout.Question.Text, read.GetProperty("question").GetString());
        Assert.Equal(row.Rollout.Question.Answer, read.GetProperty("answer").GetString());
        Assert.Equal("<1> <2>", read.GetProperty("prompt").GetString());
        Assert.Equal(row.Reward.Correct, read.GetProperty("correct").GetBoolean());
        Assert.Equal(row.Completion.Index, read.GetProperty("completion_index").GetInt32());
        Assert.Equal(row.Completion.Text, read.GetProperty("completion").GetString());
        Assert.Equal(row.Completion.TokenIds, read.GetProperty("token_ids").EnumerateArray().Select(id => id.GetInt32()));
        Assert.Equal(
            row.Completion.GenerationLogprobs,
            read.GetProperty("logprobs").EnumerateArray().Select(logprob => logprob.GetSingle())
        );
        Assert.Equal(row.Completion.TokenIds.Length, read.GetProperty("num_tokens").GetInt32());
        Assert.Equal(row.Completion.Index == 2 ? "length" : "stop", read.GetProperty("finish_reason").GetString());
        Assert.Equal(row.Completion.Index, read.GetProperty("reward_accuracy").GetDouble());
        Assert.Equal(0.5, read.GetProperty("reward_tag_count").GetDouble());
        Assert.Equal(row.Reward.Total, read.GetProperty("reward").GetDouble());
        Assert.Equal(row.Reward.Reason, read.GetProperty("reward_reason").GetString());
        Assert.Equal(row.Reward.ExtractedAnswer, read.GetProperty("extracted_answer").GetString());
        Assert.Equal(row.Advantage, read.GetProperty("advantage").GetDouble());
        Assert.Equal((1.5, 0.75), (read.GetProperty("group_mean").GetDouble(), read.GetProperty("group_std").GetDouble()));
        Assert.Equal(row.Fate.IsKept, read.GetProperty("kept").GetBoolean());
        Assert.Equal(row.DropReason, read.GetProperty("drop_reason").GetString());
        Assert.Equal(row.Device, read.GetProperty("device").GetString());
        var microBatch = read.GetProperty("micro_batch");
        Assert.Equal(row.MicroBatch, microBatch.ValueKind == JsonValueKind.Null ? null : microBatch.GetInt32());
        Assert.Equal(HandMadeBatch.Time, DateTimeOffset.Parse(read.GetProperty("generated_at").GetString()!, null));
    }
}
