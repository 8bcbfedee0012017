using Parquet;
using Parquet.Schema;

namespace Cppo.Pipeline.Tests.Data;

/// <summary>A Parquet file of two row groups of 40 rows, with values that follow from the row.</summary>
internal static class SmallParquet
{
    public const int NumRows = 80;

    public static readonly string[] Columns = ["question", "answer", "value", "tag"];

    private static readonly DataField<string> Question = new("question", nullable: true);
    private static readonly DataField<long> Answer = new("answer", nullable: true);
    private static readonly DataField<double> Value = new("value", nullable: false);
    private static readonly DataField<string> Tag = new("tag", nullable: false);

    public static async Task<byte[]> ToBytesAsync(CompressionMethod compression)
    {
        var options = new ParquetOptions { CompressionMethod = compression };
        options.ColumnEncodingHints["tag"] = EncodingHint.Dictionary;
        using var output = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(Question, Answer, Value, Tag), output, options))
        {
            foreach (int[] rows in Enumerable.Range(0, NumRows).Chunk(NumRows / 2))
            {
                using var group = writer.CreateRowGroup();
                await group.WriteAsync(Question, rows.Select(row => row % 5 == 4 ? null : $"question {row} é").ToArray());
                await group.WriteAsync<long>(Answer, rows.Select(row => row % 7 == 6 ? (long?)null : row * 1000L).ToArray().AsMemory());
                await group.WriteAsync<double>(Value, rows.Select(row => row / 8.0).ToArray().AsMemory());
                await group.WriteAsync(Tag, rows.Select(row => $"tag {row % 3}").ToArray());
            }
        }

        return output.ToArray();
    }
}
