using System.Buffers.Binary;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Tests.Configuration;
using Parquet;
using Parquet.Schema;

namespace Cppo.Pipeline.Tests.Data;

/// <summary>Lengths inside pages, which only decompressing shows, take no memory; what nothing foresees is given up.</summary>
public sealed class ParquetBombTests : IDisposable
{
    private const long MostBytes = 300L << 20;
    private readonly DatasetFolder folder = new();

    public static TheoryData<string> Corpus =>
        ["hang.parquet", "parquet-crash-0-1-121", "parquet-crash-0-100-155", "parquet-crash-0-102-95", "parquet-crash-1-1-255"];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Corpus))]
    public async Task Files_that_once_hung_or_ended_in_another_exception_are_refused_by_score(string name)
    {
        string path = folder.Write($"{name}.parquet", File.ReadAllBytes(Path.Combine(Repository.Path("tests/corpus/parquet"), name)));
        var (code, _, error) = await Cli.TinyModelFolder.RunAsync("", "score", path, "--rewards", "format");
        Assert.Equal(2, code);
        Assert.StartsWith(path, error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task What_Snappy_says_that_a_page_grows_to_is_bounded()
    {
        byte[] file = await SmallParquet.ToBytesAsync(CompressionMethod.Snappy);
        // The first page's bytes follow its header, which ends with the level encodings: 15 06 15 06, statistics, 00 00.
        int page = PageStart(file);
        byte[] claim = [0xFF, 0xFF, 0xFF, 0xFF, 0x0F];
        claim.CopyTo(file, page);
        await RefusedAsync(file, "claims to be 4294967295 bytes without compression");
    }

    [Fact]
    public async Task What_Zstandard_says_that_a_page_grows_to_is_bounded()
    {
        byte[] file = await SmallParquet.ToBytesAsync(CompressionMethod.Zstd);
        int page = file.AsSpan().IndexOf<byte>([0x28, 0xB5, 0x2F, 0xFD]);
        // A frame with an 8-byte content size in one segment.
        file[page + 4] = 0xE0;
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(page + 5), 1UL << 40);
        await RefusedAsync(file, "cannot be read as Parquet");
    }

    [Theory]
    [InlineData(CompressionMethod.None)]
    [InlineData(CompressionMethod.Snappy)]
    [InlineData(CompressionMethod.Gzip)]
    [InlineData(CompressionMethod.Zstd)]
    [InlineData(CompressionMethod.Brotli)]
    [InlineData(CompressionMethod.Lz4Raw)]
    public async Task Deltas_that_a_writer_makes_are_read(CompressionMethod compression)
    {
        byte[] file = await DeltasAsync(compression);
        string path = folder.Write("deltas.parquet", file);
        var values = new List<string?>();
        await foreach (var row in ParquetRows.ReadAsync(path, "deltas.parquet", ["number"], default))
        {
            values.Add(row.Values[0]);
        }

        Assert.Equal(Enumerable.Range(0, 3000).Select(row => $"{row * 3}"), values);
    }

    [Fact]
    public void Sizes_of_deltas_beyond_any_writer_s_are_refused()
    {
        var plain = new ParquetPayload(Parquet.Meta.CompressionCodec.UNCOMPRESSED, 9, Parquet.Meta.Encoding.DELTA_BINARY_PACKED, 0, 0);
        // 2^31 - 1 values a block in one part, two values, the first 0.
        var error = Assert.Throws<InvalidDataException>(() => plain.Check([0xFF, 0xFF, 0xFF, 0xFF, 0x07, 1, 2, 0, 0], 1 << 20));
        Assert.Equal("a page of deltas claims blocks of 2147483647 values in 1 parts", error.Message);
        Assert.Throws<InvalidDataException>(() => plain.Check([0x80, 0x01, 0, 2, 0, 0], 1 << 20));
        Assert.Throws<InvalidDataException>(() => plain.Check([0x80], 1 << 20));
        plain.Check([0x80, 0x01, 4, 2, 0, 0, 0, 0, 0, 0], 1 << 20);
    }

    [Fact]
    public async Task Rows_that_share_a_value_share_its_text()
    {
        const int Length = 1 << 16;
        const int NumRows = 4000;
        string path = folder.PathOf("same.parquet");
        var field = new DataField<string>("text", nullable: true);
        var options = new ParquetOptions();
        options.ColumnEncodingHints["text"] = EncodingHint.Dictionary;
        await using (var output = File.Create(path))
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(field), output, options))
        using (var group = writer.CreateRowGroup())
        {
            string text = new('x', Length);
            await group.WriteAsync(field, Enumerable.Repeat(text, NumRows).ToArray());
        }

        long before = GC.GetTotalAllocatedBytes();
        int numRows = 0;
        await foreach (var row in ParquetRows.ReadAsync(path, "same.parquet", ["text"], default))
        {
            numRows++;
            Assert.Equal(Length, row.Values[0]!.Length);
        }

        Assert.Equal(NumRows, numRows);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, MostBytes);
    }

    [Fact]
    public async Task A_column_that_is_there_twice_is_named()
    {
        var (first, second) = (new DataField<string>("question", nullable: true), new DataField<string>("questiom", nullable: true));
        using var output = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(first, second), output))
        using (var group = writer.CreateRowGroup())
        {
            await group.WriteAsync(first, (string[])["a"]);
            await group.WriteAsync(second, (string[])["b"]);
        }

        byte[] file = output.ToArray();
        for (int at; (at = file.AsSpan().IndexOf("questiom"u8)) >= 0; )
        {
            "question"u8.CopyTo(file.AsSpan(at));
        }

        await RefusedAsync(file, "bomb.parquet");
    }

    [Fact]
    public async Task Work_that_does_not_end_or_takes_all_memory_is_given_up()
    {
        using var ends = new ManualResetEventSlim();
        var error = await Assert.ThrowsAsync<InvalidDataException>(() =>
            new BoundedWork(TimeSpan.FromMilliseconds(100), 1L << 40).RunAsync(() =>
            {
                ends.Wait();
                return Task.FromResult(1);
            })
        );
        Assert.Equal("it is not read after 0.1 s, though it is not large", error.Message);
        error = await Assert.ThrowsAsync<InvalidDataException>(() =>
            new BoundedWork(TimeSpan.FromMinutes(1), 64 << 20).RunAsync(() =>
            {
                var held = new List<byte[]>();
                for (int i = 0; i < 256; i++)
                {
                    held.Add(new byte[1 << 20]);
                }

                ends.Wait();
                return Task.FromResult(held.Count);
            })
        );
        Assert.Equal("to read it takes more than 64 MiB, though it is not large", error.Message);
        ends.Set();
        Assert.Equal(3, await new BoundedWork(TimeSpan.FromMinutes(1), 1L << 40).RunAsync(() => Task.FromResult(3)));
    }

    private static async Task<byte[]> DeltasAsync(CompressionMethod compression)
    {
        var field = new DataField<int>("number", nullable: false);
        var options = new ParquetOptions { CompressionMethod = compression };
        options.ColumnEncodingHints["number"] = EncodingHint.DeltaBinaryPacked;
        using var output = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(field), output, options))
        using (var group = writer.CreateRowGroup())
        {
            await group.WriteAsync<int>(field, Enumerable.Range(0, 3000).Select(row => row * 3).ToArray().AsMemory());
        }

        return output.ToArray();
    }

    /// <summary>Where the bytes of the first page begin.</summary>
    private static int PageStart(byte[] file)
    {
        using var stream = new MemoryStream(file) { Position = 4 };
        ThriftStructure.Read(stream, ParquetShapes.Page);
        return (int)stream.Position;
    }

    private async Task RefusedAsync(byte[] file, string expected)
    {
        string path = folder.Write("bomb.parquet", file);
        long before = GC.GetTotalAllocatedBytes();
        var error = await Assert.ThrowsAsync<DataException>(async () =>
        {
            var (columns, _) = await ParquetRows.ColumnsAsync(path, "bomb.parquet", default);
            await foreach (var row in ParquetRows.ReadAsync(path, "bomb.parquet", [.. columns.Select(column => column.Name)], default))
            {
                Assert.NotEmpty(row.Values);
            }
        });
        Assert.StartsWith("bomb.parquet", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, MostBytes);
    }
}
