using Parquet.Meta;

namespace Cppo.Pipeline.Data;

/// <summary>
/// Checks a column's pages in a row group before Parquet.Net reads them, which reserves memory by the counts and sizes in their headers and
/// in the pages, and follows them wherever they point.
/// </summary>
internal static class ParquetPages
{
    private const int MaxSize = 64 << 20;
    private const int MaxGrowth = 1000;

    /// <summary>Of values, not of levels. Parquet.Net knows RLE too, which is for truth values, but reads all of them as false.</summary>
    private static readonly Encoding[] Encodings =
    [
        Encoding.PLAIN,
        Encoding.PLAIN_DICTIONARY,
        Encoding.RLE_DICTIONARY,
        Encoding.DELTA_BINARY_PACKED,
        Encoding.DELTA_LENGTH_BYTE_ARRAY,
        Encoding.DELTA_BYTE_ARRAY,
        Encoding.BYTE_STREAM_SPLIT,
    ];

    /// <summary>Where the column's last page ends, and how many bytes its pages have without compression.</summary>
    /// <param name="file">Its bound is where the columns end at the latest; the position changes.</param>
    /// <param name="column">What the footer says of the column, which has one value a row, or several in lists.</param>
    /// <param name="numRows">Rows of the row group; in lists their values.</param>
    /// <param name="levels">The kinds of levels before the values: one where values may be missing, two in lists.</param>
    /// <exception cref="NotSupportedException">A page is of a kind, or encoded in a way, that is not read.</exception>
    /// <exception cref="InvalidDataException">The headers contradict the footer or each other, or claim more than a page can
    /// hold.</exception>
    public static (long End, long Bytes) Check(ParquetStream file, ColumnMetaData column, long numRows, int levels)
    {
        if (column.NumValues != numRows)
        {
            throw new InvalidDataException($"it claims {column.NumValues} values for {numRows} rows");
        }

        long[] offsets =
        [
            .. new[] { column.DictionaryPageOffset ?? 0, column.DataPageOffset, column.IndexPageOffset ?? 0 }.Where(offset => offset != 0),
        ];
        long position = numRows == 0 ? 0 : offsets.DefaultIfEmpty(-1).Min();
        long bytes = 0;
        for (long numValues = 0; numValues < numRows; )
        {
            if (position < 0 || position >= file.End)
            {
                throw new InvalidDataException($"its pages hold {numValues} values for {numRows} rows");
            }

            file.Seek(position, SeekOrigin.Begin);
            var header = ThriftStructure.Read(file, ParquetShapes.Page);
            var (uncompressed, compressed) = (header[2] ?? -1, header[3] ?? -1);
            long start = file.Position;
            position = start + compressed;
            if (compressed < 0 || position > file.End)
            {
                throw new InvalidDataException($"a page claims {compressed} bytes, which the file does not hold");
            }

            if (
                uncompressed < 0
                || uncompressed > Most(compressed)
                || (column.Codec == CompressionCodec.UNCOMPRESSED && uncompressed != compressed)
            )
            {
                throw new InvalidDataException($"a page of {compressed} bytes claims to be {uncompressed} without compression");
            }

            numValues += NumValues(header, numRows - numValues, compressed, uncompressed);
            CheckPayload(file, start, Payload(header, column.Codec, (int)uncompressed, levels), (int)compressed);
            bytes += uncompressed;
        }

        return (position, bytes);
    }

    /// <summary>What a page may grow to.</summary>
    private static long Most(long compressed) => Math.Max(MaxSize, MaxGrowth * compressed);

    private static void CheckPayload(ParquetStream file, long start, ParquetPayload payload, int compressed)
    {
        int length = payload.BytesToCheck(compressed);
        if (length > 0)
        {
            byte[] page = new byte[length];
            file.Seek(start, SeekOrigin.Begin);
            file.ReadExactly(page);
            payload.Check(page, Most(compressed));
        }
    }

    /// <summary>Of a header that <see cref="NumValues"/> has checked.</summary>
    private static ParquetPayload Payload(ThriftStructure header, CompressionCodec codec, int uncompressed, int levels)
    {
        var type = (PageType)header[1]!.Value;
        if (type != PageType.DATA_PAGE_V2)
        {
            var page = header.Structures(type == PageType.DATA_PAGE ? 5 : 7)[0];
            // The values of a dictionary are plain, whatever its header says.
            var encoding = type == PageType.DATA_PAGE ? (Encoding)page[2]!.Value : Encoding.PLAIN;
            return new(codec, uncompressed, encoding, LevelBytes: 0, levels);
        }

        var details = header.Structures(8)[0];
        return new(
            details[7] == 0 ? CompressionCodec.UNCOMPRESSED : codec,
            uncompressed,
            (Encoding)details[4]!.Value,
            (int)(details[5]!.Value + details[6]!.Value),
            Levels: 0
        );
    }

    /// <summary>The rows that a page fills: none if it holds the dictionary.</summary>
    private static long NumValues(ThriftStructure header, long rowsLeft, long compressed, long uncompressed)
    {
        var type = (PageType)(header[1] ?? -1);
        var page = type switch
        {
            PageType.DATA_PAGE => header.Structures(5),
            PageType.DICTIONARY_PAGE => header.Structures(7),
            PageType.DATA_PAGE_V2 => header.Structures(8),
            _ => throw new NotSupportedException($"a page of type {(int)type} is not supported"),
        };
        if (page is not [var details])
        {
            throw new InvalidDataException("a page lacks its details");
        }

        var encoding = (Encoding)(details[type == PageType.DATA_PAGE_V2 ? 4 : 2] ?? -1);
        if (!Encodings.Contains(encoding))
        {
            throw new NotSupportedException($"encoding by {encoding} is not supported");
        }

        long numValues = details[1] ?? -1;
        // A value of a dictionary takes a bit at least.
        if (numValues < 0 || numValues > (type == PageType.DICTIONARY_PAGE ? 8 * uncompressed : rowsLeft))
        {
            throw new InvalidDataException($"a page claims {numValues} values");
        }

        if (type == PageType.DATA_PAGE_V2 && (details[5] is not >= 0 || details[6] is not >= 0 || details[5] + details[6] > compressed))
        {
            throw new InvalidDataException("a page's levels are longer than the page");
        }

        return type == PageType.DICTIONARY_PAGE ? 0 : numValues;
    }
}
