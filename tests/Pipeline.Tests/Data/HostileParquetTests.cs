using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Cppo.Pipeline.Data;
using Parquet;

namespace Cppo.Pipeline.Tests.Data;

/// <summary>Whatever the bytes, reading a Parquet file ends soon, in rows or in a sentence that names the file.</summary>
public sealed class HostileParquetTests : IDisposable
{
    private const int NumFlips = 1000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly DatasetFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(CompressionMethod.None)]
    [InlineData(CompressionMethod.Snappy)]
    [InlineData(CompressionMethod.Gzip)]
    [InlineData(CompressionMethod.Zstd)]
    public async Task Flipped_bytes_end_in_rows_or_a_sentence(CompressionMethod compression)
    {
        byte[] file = await SmallParquet.ToBytesAsync(compression);
        Assert.Null(await FaultOfAsync(file));
        var random = new Random(11);
        int numFaults = 0;
        for (int trial = 0; trial < NumFlips; trial++)
        {
            byte[] damaged = [.. file];
            for (int flips = random.Next(1, 4); flips > 0; flips--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            numFaults += await FaultOfAsync(damaged) is null ? 0 : 1;
        }

        Assert.InRange(numFaults, NumFlips / 4, NumFlips);
    }

    [Fact]
    public async Task Files_cut_anywhere_are_refused()
    {
        byte[] file = await SmallParquet.ToBytesAsync(CompressionMethod.Snappy);
        for (int length = 0; length < file.Length; length++)
        {
            Assert.NotNull(await FaultOfAsync(file[..length]));
        }
    }

    [Fact]
    public async Task Bytes_cut_out_of_a_footer_are_noticed()
    {
        byte[] file = await SmallParquet.ToBytesAsync(CompressionMethod.Snappy);
        int footer = file.Length - 8 - BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(file.Length - 8));
        for (int at = footer; at < file.Length - 8; at++)
        {
            byte[] damaged = [.. file[..at], .. file[(at + 1)..]];
            BinaryPrimitives.WriteInt32LittleEndian(damaged.AsSpan(damaged.Length - 8), damaged.Length - 8 - footer);
            await FaultOfAsync(damaged);
        }
    }

    [Theory]
    [InlineData(uint.MaxValue)]
    [InlineData(0x7FFFFFFFu)]
    [InlineData(1_000_000u)]
    public async Task A_footer_longer_than_the_file_is_refused(uint length)
    {
        byte[] file = await SmallParquet.ToBytesAsync(CompressionMethod.Snappy);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(file.Length - 8), length);
        Assert.Equal(
            string.Create(
                CultureInfo.InvariantCulture,
                $"bad.parquet cannot be read as Parquet (its footer claims {length} bytes of the file's {file.Length}); write the file "
                    + $"anew."
            ),
            await FaultOfAsync(file)
        );
    }

    [Theory]
    [InlineData(1L << 40, "bad.parquet, row group 1 claims 1099511627776 rows, more than the file can hold; write the file anew.")]
    [InlineData(1L << 31, "bad.parquet, row group 1 claims 2147483648 rows, more than the file can hold; write the file anew.")]
    [InlineData(-1L, "bad.parquet, row group 1 claims -1 rows, more than the file can hold; write the file anew.")]
    [InlineData(
        1L << 20,
        "bad.parquet, row group 1, column \"question\" cannot be read as Parquet (it claims 40 values for 1048576 rows); write the file "
            + "anew."
    )]
    public async Task More_rows_than_the_file_holds_are_refused(long numRows, string expected)
    {
        byte[] file = await SmallParquet.ToBytesAsync(CompressionMethod.Snappy);
        // The number of rows is field 3 of the row group: 16, then 40 in zigzag.
        int place = file.AsSpan().LastIndexOf<byte>([0x16, 80]) + 1;
        byte[] claim = VarInt(numRows);
        byte[] damaged = [.. file[..place], .. claim, .. file[(place + 1)..]];
        int footer = BinaryPrimitives.ReadInt32LittleEndian(damaged.AsSpan(damaged.Length - 8));
        BinaryPrimitives.WriteInt32LittleEndian(damaged.AsSpan(damaged.Length - 8), footer + claim.Length - 1);
        Assert.Equal(expected, await FaultOfAsync(damaged));
    }

    [Fact]
    public async Task A_page_that_would_grow_without_measure_is_refused()
    {
        byte[] file = await SmallParquet.ToBytesAsync(CompressionMethod.Snappy);
        // The first page begins after PAR1 with its type, 15 00, and its uncompressed size, 15 and two bytes.
        byte[] damaged = [.. file[..7], .. VarInt(int.MaxValue), .. file[9..]];
        Assert.Matches(
            "^bad.parquet, row group 0, column \"question\" cannot be read as Parquet \\(a page of [0-9]+ bytes claims to be 2147483647 "
                + "without compression\\); write the file anew.$",
            await FaultOfAsync(damaged)
        );
    }

    [Fact]
    public async Task The_column_whose_bytes_are_bad_is_named()
    {
        byte[] file = await SmallParquet.ToBytesAsync(CompressionMethod.None);
        int length = file.AsSpan().IndexOf("\u000E\0\0\0question 40"u8);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(length), 1 << 20);
        Assert.Equal(
            "bad.parquet, row group 1, column \"question\" cannot be read as Parquet (its parts contradict each other); write the file "
                + "anew.",
            await FaultOfAsync(file)
        );
    }

    [Fact]
    public async Task A_compression_that_is_not_read_is_named()
    {
        byte[] file = await SmallParquet.ToBytesAsync(CompressionMethod.None);
        // The codec is field 4 of the column's metadata, after the path that ends in "answer": 15 00 becomes 15 06 (3 in zigzag, LZO).
        int place = file.AsSpan().LastIndexOf("answer\u0015\0"u8);
        file[place + 7] = 6;
        Assert.Equal(
            "bad.parquet, row group 1, column \"answer\" cannot be read (compression by LZO is not supported); "
                + "write it with SNAPPY, PLAIN or dictionary encoding, in pages of version 1.",
            await FaultOfAsync(file)
        );
    }

    [Fact]
    public async Task An_encoding_that_is_not_read_is_named()
    {
        byte[] file = await SmallParquet.ToBytesAsync(CompressionMethod.None);
        // The first page: 40 values, PLAIN.
        Assert.Equal<byte>([0x2C, 0x15, 80, 0x15, 0], file[12..17]);
        file[16] = 6;
        Assert.Equal(
            "bad.parquet, row group 0, column \"question\" cannot be read (encoding by RLE is not supported); "
                + "write it with SNAPPY, PLAIN or dictionary encoding, in pages of version 1.",
            await FaultOfAsync(file)
        );
    }

    [Theory]
    [InlineData("PARE", "bad.parquet is encrypted; write it without encryption.")]
    [InlineData("PAR2", "bad.parquet cannot be read as Parquet (it does not begin and end with PAR1); write the file anew.")]
    public async Task Files_that_are_encrypted_or_something_else_say_so(string magic, string expected)
    {
        byte[] file = await SmallParquet.ToBytesAsync(CompressionMethod.None);
        Encoding.ASCII.GetBytes(magic).CopyTo(file, file.Length - 4);
        Assert.Equal(expected, await FaultOfAsync(file));
    }

    private static byte[] VarInt(long value)
    {
        var bytes = new List<byte>();
        ulong code = (ulong)((value << 1) ^ (value >> 63));
        for (; code > 127; code >>= 7)
        {
            bytes.Add((byte)(code | 128));
        }

        return [.. bytes, (byte)code];
    }

    /// <summary>The sentence in which reading every column ends; null where it ends in all rows.</summary>
    private async Task<string?> FaultOfAsync(byte[] file)
    {
        string path = folder.Write("bad.parquet", file);
        try
        {
            await Task.Run(() => ReadAsync(path)).WaitAsync(Limit);
            return null;
        }
        catch (DataException fault)
        {
            Assert.StartsWith("bad.parquet", fault.Message, StringComparison.Ordinal);
            return fault.Message;
        }
    }

    private static async Task ReadAsync(string path)
    {
        var faults = new DataFaults();
        await foreach (var row in RowReader.ReadAsync(path, "auto", SmallParquet.Columns, faults, default))
        {
            Assert.Equal(SmallParquet.Columns.Length, row.Values.Length);
        }

        faults.ThrowIfAny();
    }
}
