using System.Buffers.Binary;
using System.IO.Compression;
using K4os.Compression.LZ4;
using Parquet.Meta;
using Snappier;
using ZstdSharp;

namespace Cppo.Pipeline.Data;

/// <summary>A page's bytes after its header, as the headers describe them.</summary>
/// <param name="Codec">How the values are compressed; UNCOMPRESSED where a page of version 2 is not.</param>
/// <param name="Uncompressed">Bytes of the page without compression.</param>
/// <param name="Encoding">Of the values.</param>
/// <param name="LevelBytes">Levels of a page of version 2, which stand before what is compressed.</param>
/// <param name="Levels">The kinds of levels with their own length that stand before the values, as in version 1.</param>
internal sealed record ParquetPayload(CompressionCodec Codec, int Uncompressed, Encoding Encoding, int LevelBytes, int Levels)
{
    /// <summary>Values between two bit widths; writers have 32 of them.</summary>
    private const int MostPerMiniblock = 1 << 16;

    private bool HasDeltas => Encoding is Encoding.DELTA_BINARY_PACKED or Encoding.DELTA_LENGTH_BYTE_ARRAY or Encoding.DELTA_BYTE_ARRAY;

    /// <summary>The bytes at the beginning that <see cref="Check"/> looks at.</summary>
    public int BytesToCheck(int length) =>
        HasDeltas || Codec == CompressionCodec.ZSTD ? length
        : Codec == CompressionCodec.SNAPPY ? Math.Min(length, LevelBytes + sizeof(long))
        : 0;

    /// <summary>
    /// Checks the lengths inside the page by which Parquet.Net and the decompressors below it reserve memory: what Snappy and Zstandard say
    /// that they grow to, and the sizes of blocks of deltas.
    /// </summary>
    /// <param name="page">The bytes at the beginning of the page.</param>
    /// <param name="mostBytes">What the page may grow to.</param>
    /// <exception cref="InvalidDataException">A length is beyond what the page can hold.</exception>
    public void Check(ReadOnlySpan<byte> page, long mostBytes)
    {
        var values = page[Math.Min(LevelBytes, page.Length)..];
        if (values.IsEmpty)
        {
            return;
        }

        int at = 0;
        ulong grown = Codec switch
        {
            CompressionCodec.SNAPPY => VarInt(values, ref at),
            CompressionCodec.ZSTD => Decompressor.GetDecompressedSize(values),
            _ => 0,
        };
        if (grown > (ulong)mostBytes)
        {
            throw new InvalidDataException($"a page claims to be {grown} bytes without compression");
        }

        if (!HasDeltas)
        {
            return;
        }

        var plain = Decompress(values);
        for (int level = 0; level < Levels; level++)
        {
            int levels = plain.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32LittleEndian(plain);
            plain =
                levels >= 0 && levels <= plain.Length - sizeof(int)
                    ? plain[(sizeof(int) + levels)..]
                    : throw new InvalidDataException("a page's levels are longer than the page");
        }

        int passed = CheckDeltas(plain);
        if (Encoding == Encoding.DELTA_BYTE_ARRAY)
        {
            CheckDeltas(plain[passed..]);
        }
    }

    private ReadOnlySpan<byte> Decompress(ReadOnlySpan<byte> values)
    {
        switch (Codec)
        {
            case CompressionCodec.UNCOMPRESSED:
                return values;
            case CompressionCodec.SNAPPY:
                return Snappy.DecompressToArray(values);
            case CompressionCodec.ZSTD:
                using (var zstd = new Decompressor())
                {
                    return zstd.Unwrap(values).ToArray();
                }

            case CompressionCodec.LZ4_RAW:
                byte[] plain = new byte[Uncompressed];
                return plain.AsSpan(0, Math.Max(0, LZ4Codec.Decode(values, plain)));
            default:
                using (var input = new MemoryStream(values.ToArray()))
                using (
                    Stream stream =
                        Codec == CompressionCodec.BROTLI
                            ? new BrotliStream(input, CompressionMode.Decompress)
                            : new GZipStream(input, CompressionMode.Decompress)
                )
                {
                    byte[] output = new byte[Uncompressed];
                    return output.AsSpan(0, stream.ReadAtLeast(output, output.Length, throwOnEndOfStream: false));
                }
        }
    }

    /// <summary>
    /// A list of integers as DELTA_BINARY_PACKED: the size of a block, its parts, the number of values, the first value; then blocks, each
    /// the least delta, a bit width for each part, and the parts.
    /// </summary>
    /// <returns>Its bytes.</returns>
    private static int CheckDeltas(ReadOnlySpan<byte> list)
    {
        if (list.IsEmpty)
        {
            return 0;
        }

        int at = 0;
        ulong block = VarInt(list, ref at),
            parts = VarInt(list, ref at),
            total = VarInt(list, ref at);
        VarInt(list, ref at);
        if (total <= 1)
        {
            return at;
        }

        if (parts == 0 || parts > MostPerMiniblock || block / parts is 0 or > MostPerMiniblock)
        {
            throw new InvalidDataException($"a page of deltas claims blocks of {block} values in {parts} parts");
        }

        ulong perPart = block / parts;
        for (ulong read = 1; read < total && at < list.Length; )
        {
            VarInt(list, ref at);
            var widths = list.Slice(at, Math.Min((int)parts, list.Length - at));
            at += widths.Length;
            for (int part = 0; part < widths.Length && read < total; part++, read += perPart)
            {
                for (ulong value = 0; value < perPart && at < list.Length; value += 8)
                {
                    at = Math.Min(list.Length, at + widths[part]);
                }
            }
        }

        return at;
    }

    private static ulong VarInt(ReadOnlySpan<byte> list, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64 && at < list.Length; shift += 7)
        {
            byte part = list[at++];
            value |= (ulong)(part & 127) << shift;
            if (part < 128)
            {
                return value;
            }
        }

        throw new InvalidDataException("a length in a page is cut off");
    }
}
