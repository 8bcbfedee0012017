using System.Buffers.Binary;

namespace Cppo.Fuzz;

/// <summary>
/// Changes a Parquet file by its parts: integers of the footer and of page headers, with the footer's length set right, and what is in
/// pages.
/// </summary>
internal static class ParquetMutator
{
    private const int Magic = 4;
    private const int Tail = 8;

    public static byte[] Mutate(Draws draws, byte[] sound)
    {
        int footer = sound.Length - Tail - BinaryPrimitives.ReadInt32LittleEndian(sound.AsSpan(sound.Length - Tail));
        return draws.Int(5) switch
        {
            0 => BytesMutator.Mutate(draws, sound),
            1 => Rejoin(sound[..footer], BytesMutator.Mutate(draws, sound[footer..^Tail])),
            2 => Rejoin([.. sound[..Magic], .. BytesMutator.Mutate(draws, sound[Magic..footer])], sound[footer..^Tail]),
            3 => Rejoin(sound[..footer], Integer(draws, sound[footer..^Tail])),
            _ => Rejoin(
                draws.Chance(0.5) ? [.. sound[..Magic], .. Header(draws, sound[Magic..footer])] : sound[..footer],
                Integer(draws, sound[footer..^Tail])
            ),
        };
    }

    /// <summary>Another integer in the place of one that a field's header (type 4, 5 or 6 in the low bits) may announce.</summary>
    private static byte[] Integer(Draws draws, byte[] thrift)
    {
        int[] places =
        [
            .. Enumerable.Range(0, thrift.Length - 1).Where(at => (thrift[at] & 15) is 4 or 5 or 6 && thrift[at] >> 4 is > 0 and < 4),
        ];
        if (places.Length == 0)
        {
            return thrift;
        }

        int place = draws.Pick(places) + 1;
        int end = place;
        while (end < thrift.Length - 1 && thrift[end] > 127)
        {
            end++;
        }

        return [.. thrift[..place], .. BytesMutator.VarInt(BytesMutator.Number(draws)), .. thrift[(end + 1)..]];
    }

    /// <summary>The first page's header, which stands at the beginning, with one of its bytes changed and none moved.</summary>
    private static byte[] Header(Draws draws, byte[] pages)
    {
        byte[] changed = [.. pages];
        changed[draws.Int(Math.Min(40, changed.Length))] = draws.Byte();
        return changed;
    }

    private static byte[] Rejoin(byte[] pages, byte[] footer)
    {
        byte[] length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, footer.Length);
        return [.. pages, .. footer, .. length, .. "PAR1"u8];
    }
}
