using static Cppo.Pipeline.Data.ThriftShape;

namespace Cppo.Pipeline.Data;

/// <summary>The structures of Parquet files (parquet.thrift of apache/parquet-format 2.12), as far as Parquet.Net reads them.</summary>
internal static class ParquetShapes
{
    private static readonly ThriftShape None = Structure(),
        TimeUnit = Structure(None, None, None),
        Time = Structure(Flag, TimeUnit),
        IntegerType = Structure(I8, Flag),
        LogicalType = Structure(
            None,
            None,
            None,
            None,
            Structure(I32, I32),
            None,
            Time,
            Time,
            null,
            IntegerType,
            None,
            None,
            None,
            None,
            None,
            Structure(I8),
            Structure(Bytes),
            Structure(Bytes, I32)
        ),
        SchemaElement = Structure(I32, I32, I32, Bytes, I32, I32, I32, I32, I32, LogicalType),
        KeyValue = Structure(Bytes, Bytes),
        Statistics = Structure(Bytes, Bytes, I64, I64, Bytes, Bytes, Flag, Flag),
        SizeStatistics = Structure(I64, List(I64), List(I64)),
        BoundingBox = Structure(Real, Real, Real, Real, Real, Real, Real, Real),
        ColumnMetadata = Structure(
            I32,
            List(I32),
            List(Bytes),
            I32,
            I64,
            I64,
            I64,
            List(KeyValue),
            I64,
            I64,
            I64,
            Statistics,
            List(Structure(I32, I32, I32)),
            I64,
            I32,
            SizeStatistics,
            Structure(BoundingBox, List(I32))
        ),
        ColumnKey = Structure(None, Structure(List(Bytes), Bytes)),
        ColumnChunk = Structure(Bytes, I64, ColumnMetadata, I64, I32, I64, I32, ColumnKey, Bytes),
        RowGroup = Structure(List(ColumnChunk), I64, I64, List(Structure(I32, Flag, Flag)), I64, I64, I16),
        Cipher = Structure(Bytes, Bytes, Flag);

    /// <summary>FileMetaData: 2 schema, 4 row groups, 8 encryption.</summary>
    public static readonly ThriftShape Footer = Structure(
        I32,
        List(SchemaElement),
        I64,
        List(RowGroup),
        List(KeyValue),
        Bytes,
        List(Structure(None)),
        Structure(Cipher, Cipher),
        Bytes
    );

    /// <summary>
    /// PageHeader: 1 type, 2 uncompressed size, 3 compressed size, 5 data page, 7 dictionary page, 8 data page of version 2.
    /// </summary>
    public static readonly ThriftShape Page = Structure(
        I32,
        I32,
        I32,
        I32,
        Structure(I32, I32, I32, I32, Statistics),
        None,
        Structure(I32, I32, Flag),
        Structure(I32, I32, I32, I32, I32, I32, Flag, Statistics)
    );
}
