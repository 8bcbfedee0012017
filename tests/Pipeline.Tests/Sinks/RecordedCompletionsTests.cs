using Cppo.Pipeline.Data;
using Cppo.Pipeline.Sinks;
using Cppo.Pipeline.Tests.Data;
using Cppo.Pipeline.Tests.Telemetry;
using Parquet;

namespace Cppo.Pipeline.Tests.Sinks;

/// <summary>What the sink wrote is read back to the bit.</summary>
public sealed class RecordedCompletionsTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    private static RolloutSinkSettings Settings { get; } =
        new()
        {
            Directory = "",
            RunId = "r",
            UpdateDevices = ["cuda:0", "cuda:1"],
            RewardNames = ["accuracy", "tagCount"],
            PromptText = ids => string.Join(" ", ids),
        };

    public void Dispose() => directory.Dispose();

    private async Task<string> WriteAsync(IEnumerable<RolloutRow> rows)
    {
        string path = directory.Of("rows.parquet");
        using var output = new MemoryStream();
        await new RolloutTable(Settings).WriteAsync(output, rows, default);
        await File.WriteAllBytesAsync(path, output.ToArray());
        return path;
    }

    private static async Task<List<RecordedCompletion>> ReadAsync(string path)
    {
        var read = new List<RecordedCompletion>();
        await foreach (var row in RecordedCompletions.ReadAsync(path, default))
        {
            read.Add(row);
        }

        return read;
    }

    [Fact]
    public async Task Rows_of_several_row_groups_come_back_with_every_bit_and_empty_lists_too()
    {
        RolloutRow[] some = [.. RolloutRow.From(HandMadeBatch.Create(), Settings.UpdateDevices)];
        var none = some[1].Completion;
        some[1] = some[1] with { Completion = new(none.Index, [], [], "", none.FinishReason), Advantage = 0.1 + 0.2 };
        RolloutRow[] rows = [.. Enumerable.Range(0, 300).SelectMany(_ => some)];
        string path = await WriteAsync(rows);
        await using (var reader = await ParquetReader.CreateAsync(path))
        {
            Assert.True(reader.RowGroupCount > 1);
        }

        var read = await ReadAsync(path);
        Assert.Equal(rows.Length, read.Count);
        foreach (var (written, row) in rows.Zip(read))
        {
            Assert.Equal(written.Completion.TokenIds, row.TokenIds);
            Assert.Equal(
                written.Completion.GenerationLogprobs.Select(BitConverter.SingleToInt32Bits),
                row.Logprobs.Select(BitConverter.SingleToInt32Bits)
            );
            Assert.Equal((written.Rollout.Question.Id, written.Completion.Index), (row.QuestionId, row.Index));
            Assert.Equal((written.Advantage, written.Reward.Total), (row.Number("advantage"), row.Number("reward")));
            Assert.Equal(written.Reward.Parts.Select(part => part.Value), [row.Number("reward_accuracy"), row.Number("reward_tag_count")]);
            Assert.Equal((written.Fate.IsKept, written.DropReason), (row.IsKept, row["drop_reason"]));
            Assert.Equal(written.Device, row["device"]);
            Assert.Equal(written.MicroBatch is { } index ? $"{index}" : null, row["micro_batch"]);
        }

        Assert.Equal($"{path}, row 2", read[1].Place);
    }

    [Fact]
    public async Task A_file_of_something_else_or_a_damaged_one_is_named()
    {
        string other = directory.Of("other.parquet");
        await File.WriteAllBytesAsync(other, await SmallParquet.ToBytesAsync(CompressionMethod.Snappy));
        var fault = await Assert.ThrowsAsync<DataException>(() => ReadAsync(other));
        Assert.StartsWith($"{other} has no column \"policy_version\"", fault.Message, StringComparison.Ordinal);
        string path = await WriteAsync(RolloutRow.From(HandMadeBatch.Create(), Settings.UpdateDevices));
        byte[] bytes = await File.ReadAllBytesAsync(path);
        for (int cut = 0; cut < bytes.Length; cut += 97)
        {
            await File.WriteAllBytesAsync(path, bytes[..cut]);
            Assert.Contains(path, (await Assert.ThrowsAsync<DataException>(() => ReadAsync(path))).Message, StringComparison.Ordinal);
        }

        // Bits that are turned give other rows or a sentence.
        for (int at = 0; at < bytes.Length; at += 13)
        {
            byte[] turned = [.. bytes];
            turned[at] ^= 0x40;
            await File.WriteAllBytesAsync(path, turned);
            if (await Record.ExceptionAsync(() => ReadAsync(path)) is { } error)
            {
                Assert.Contains(path, Assert.IsType<DataException>(error).Message, StringComparison.Ordinal);
            }
        }
    }
}
