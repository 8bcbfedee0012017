using System.Globalization;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Tests.Sinks;

namespace Cppo.Pipeline.Tests.Data;

/// <summary>Files that DuckDB writes are read value by value; what is not read of them is named.</summary>
public sealed class DuckDbFileTests : IDisposable
{
    private const int NumRows = 25_000;

    private const string Table = """
        SELECT i::INTEGER AS number, i * 1000000007 AS big, (i % 100)::TINYINT AS tiny,
            (i % 30000)::SMALLINT AS small, (i % 200)::UTINYINT AS byte,
            i::UBIGINT + 9223372036854775808::UBIGINT AS huge, 'question ' || (i % 7) AS question,
            'answer é ' || (i * 7919 % 10007) || repeat('x', (i % 50)::INT) AS answer,
            CASE WHEN i % 3 = 0 THEN NULL ELSE 'tag ' || i END AS tag,
            CASE WHEN i % 5 = 0 THEN NULL ELSE i * 3 END::INTEGER AS hole,
            i / 8.0::DOUBLE AS value, (i / 4.0)::FLOAT AS ratio, i % 2 = 0 AS flag,
            CASE WHEN i % 4 = 0 THEN NULL ELSE i % 3 = 0 END AS maybe, NULL::VARCHAR AS nothing, 'same' AS same
        FROM range(25000) t(i) ORDER BY i
        """;

    private static readonly (string Column, Func<long, object?> Value)[] Columns =
    [
        ("number", i => i),
        ("big", i => i * 1000000007),
        ("tiny", i => i % 100),
        ("small", i => i % 30000),
        ("byte", i => i % 200),
        ("huge", i => (ulong)i + 9223372036854775808),
        ("question", i => $"question {i % 7}"),
        ("answer", i => $"answer é {i * 7919 % 10007}{new string('x', (int)(i % 50))}"),
        ("tag", i => i % 3 == 0 ? null : $"tag {i}"),
        ("hole", i => i % 5 == 0 ? null : i * 3),
        ("value", i => i / 8.0),
        ("ratio", i => i / 4f),
        ("flag", i => i % 2 == 0 ? "true" : "false"),
        (
            "maybe",
            i =>
                i % 4 == 0 ? null
                : i % 3 == 0 ? "true"
                : "false"
        ),
        ("nothing", _ => null),
        ("same", _ => "same"),
    ];

    private readonly DatasetFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("V1", "snappy")]
    [InlineData("V1", "gzip")]
    [InlineData("V1", "zstd")]
    [InlineData("V1", "brotli")]
    [InlineData("V1", "lz4_raw")]
    [InlineData("V1", "uncompressed")]
    [InlineData("V2", "snappy")]
    [InlineData("V2", "gzip")]
    [InlineData("V2", "zstd")]
    [InlineData("V2", "uncompressed")]
    public async Task Every_value_is_read(string version, string compression)
    {
        string path = Copy(Table, $"PARQUET_VERSION {version}, COMPRESSION {compression}, ROW_GROUP_SIZE 10240");
        long numRows = 0;
        await foreach (var row in ParquetRows.ReadAsync(path, "duck.parquet", [.. Columns.Select(column => column.Column)], default))
        {
            for (int k = 0; k < Columns.Length; k++)
            {
                string? expected = Convert.ToString(Columns[k].Value(numRows), CultureInfo.InvariantCulture);
                Assert.True(
                    (expected is null or "" ? null : expected) == row.Values[k],
                    $"row {numRows}, {Columns[k].Column}: {row.Values[k]} for {expected}"
                );
            }

            numRows++;
        }

        Assert.Equal(NumRows, numRows);
    }

    [Theory]
    [InlineData("1.5::DECIMAL(10, 2)", "decimals")]
    [InlineData("TIMESTAMP '2025-03-01 12:00:00'", "times")]
    [InlineData("TIMESTAMPTZ '2025-03-01 12:00:00+00'", "times")]
    [InlineData("TIME '12:00:00'", "times")]
    [InlineData("DATE '2025-03-01'", "times")]
    [InlineData("INTERVAL 3 DAY", "Interval values")]
    [InlineData("'f47ac10b-58cc-4372-a567-0e02b2c3d479'::UUID", "Guid values")]
    [InlineData("[1, 2]", "lists")]
    public async Task What_is_neither_text_nor_number_is_named(string value, string contents)
    {
        string path = Copy($"SELECT 'a' AS question, {value} AS answer", "PARQUET_VERSION V2");
        Assert.Equal(
            $"duck.parquet: column \"{(contents == "lists" ? "answer.list.element" : "answer")}\" holds {contents}; it must be text or a "
                + $"number.",
            await FaultOfAsync(path, ["question", contents == "lists" ? "answer.list.element" : "answer"])
        );
        await foreach (var row in ParquetRows.ReadAsync(path, "duck.parquet", ["question"], default))
        {
            Assert.Equal("a", Assert.Single(row.Values));
        }
    }

    [Fact]
    public async Task An_encrypted_file_is_named()
    {
        string path = folder.PathOf("duck.parquet");
        DuckDb.Run(
            "SET force_mbedtls_unsafe = 'true'; "
                + $"PRAGMA add_parquet_key('key', '0123456789112345'); "
                + $"COPY (SELECT 1 AS answer) TO '{path}' (FORMAT parquet, ENCRYPTION_CONFIG {{footer_key: 'key'}})"
        );
        Assert.Equal("duck.parquet is encrypted; write it without encryption.", await FaultOfAsync(path, ["answer"]));
    }

    [Fact]
    public async Task A_million_equal_rows_in_a_small_file_are_read()
    {
        string path = Copy("SELECT 'same' AS question FROM range(1000000)", "COMPRESSION zstd, ROW_GROUP_SIZE 1048576");
        Assert.InRange(new FileInfo(path).Length, 0, 100_000);
        Assert.Equal(1_000_000, await ParquetRows.ReadAsync(path, "duck.parquet", ["question"], default).CountAsync());
    }

    private static async Task<string> FaultOfAsync(string path, string[] columns) =>
        (
            await Assert.ThrowsAsync<DataException>(async () =>
                await ParquetRows.ReadAsync(path, "duck.parquet", columns, default).CountAsync()
            )
        ).Message;

    private string Copy(string query, string options)
    {
        string path = folder.PathOf("duck.parquet");
        DuckDb.Run($"COPY ({query}) TO '{path}' (FORMAT parquet, {options})");
        return path;
    }
}
