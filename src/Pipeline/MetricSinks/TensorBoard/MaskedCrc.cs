using System.Buffers.Binary;
using System.Numerics;

namespace Cppo.Pipeline.MetricSinks.TensorBoard;

/// <summary>
/// The checksum of records: CRC-32C (Castagnoli), turned right by 15 bits, plus a constant, so that a record that holds checksums does not
/// have a weak one.
/// </summary>
internal static class MaskedCrc
{
    private const uint Delta = 0xA282EAD8;

    public static uint Of(ReadOnlySpan<byte> bytes) => BitOperations.RotateRight(Crc32C(bytes), 15) + Delta;

    private static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte one in bytes)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return ~crc;
    }
}
