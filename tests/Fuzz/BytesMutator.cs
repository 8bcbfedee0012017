using System.Buffers.Binary;

namespace Cppo.Fuzz;

/// <summary>Changes bytes as such: bits, lengths of 4 and 8 bytes, parts that are missing, doubled or moved.</summary>
internal static class BytesMutator
{
    private static readonly byte[] OddBytes = [0, 1, 2, 3, 4, 5, 8, 9, 10, 13, 32, 34, 44, 92, 0x7F, 0x80, 0xC0, 0xED, 0xFE, 0xFF];

    private static readonly long[] OddNumbers =
    [
        0,
        1,
        -1,
        127,
        128,
        255,
        256,
        1000,
        65535,
        65536,
        1 << 20,
        1 << 24,
        52_428_799,
        int.MaxValue,
        int.MinValue,
        uint.MaxValue,
        1L << 32,
        1L << 40,
        long.MaxValue,
        long.MinValue,
    ];

    /// <summary>A few changes.</summary>
    /// <param name="draws">Decide them.</param>
    /// <param name="sound">What is changed, which stays.</param>
    /// <param name="from">Changes are made at or after it.</param>
    public static byte[] Mutate(Draws draws, byte[] sound, int from = 0)
    {
        byte[] bytes = [.. sound];
        for (int left = draws.Few(); left > 0; left--)
        {
            bytes = Change(draws, bytes, Math.Min(from, bytes.Length));
        }

        return bytes;
    }

    /// <summary>An integer as Parquet's footer has it: seven bits a byte, the sign lowest.</summary>
    public static byte[] VarInt(long value)
    {
        var bytes = new List<byte>();
        ulong code = (ulong)((value << 1) ^ (value >> 63));
        for (; code > 127; code >>= 7)
        {
            bytes.Add((byte)(code | 128));
        }

        return [.. bytes, (byte)code];
    }

    /// <summary>A number at or beyond a limit.</summary>
    public static long Number(Draws draws) => draws.Pick(OddNumbers);

    private static byte[] Change(Draws draws, byte[] bytes, int from)
    {
        if (bytes.Length == from)
        {
            return [.. bytes, draws.Byte()];
        }

        int at = from + draws.Int(bytes.Length - from);
        int length = 1 + draws.Int(Math.Min(64, bytes.Length - at));
        switch (draws.Int(10))
        {
            case 0:
                bytes[at] ^= (byte)(1 << draws.Int(8));
                return bytes;
            case 1:
                bytes[at] = draws.Byte();
                return bytes;
            case 2:
                bytes[at] = draws.Pick(OddBytes);
                return bytes;
            case 3 when bytes.Length - at >= 4:
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), unchecked((int)draws.Pick(OddNumbers)));
                return bytes;
            case 4 when bytes.Length - at >= 8:
                BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), draws.Pick(OddNumbers));
                return bytes;
            case 5:
                return bytes[..at];
            case 6:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 7:
                return [.. bytes[..(at + length)], .. bytes[at..]];
            case 8:
                int to = from + draws.Int(bytes.Length - from);
                return [.. bytes[..to], .. bytes.AsSpan(at, length), .. bytes[to..]];
            default:
                return [.. bytes[..at], draws.Pick(OddBytes), .. bytes[at..]];
        }
    }
}
