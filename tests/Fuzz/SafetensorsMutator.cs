using System.Buffers.Binary;

namespace Cppo.Fuzz;

/// <summary>Changes a safetensors file by its parts: the header's length, the header as JSON, the numbers.</summary>
internal sealed class SafetensorsMutator
{
    private const int Prefix = sizeof(long);

    /// <summary>NaN, the infinities, the largest number, 0.</summary>
    private static readonly uint[] OddFloats = [0x7FC00000, 0x7F800000, 0xFF800000, 0x7F7FFFFF, 0];

    private readonly byte[] sound;
    private readonly byte[] data;
    private readonly JsonMutator header;

    public SafetensorsMutator(byte[] sound)
    {
        this.sound = sound;
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(sound);
        header = new(sound[Prefix..(Prefix + length)]);
        data = sound[(Prefix + length)..];
    }

    public byte[] Mutate(Draws draws)
    {
        if (draws.Chance(0.2))
        {
            return BytesMutator.Mutate(draws, sound);
        }

        if (draws.Chance(0.1))
        {
            // Numbers that are none, or may be any.
            byte[] numbers = [.. sound];
            int at = (numbers.Length - data.Length) + (draws.Int(data.Length / sizeof(float)) * sizeof(float));
            BinaryPrimitives.WriteUInt32LittleEndian(numbers.AsSpan(at), draws.Pick(OddFloats));
            return numbers;
        }

        byte[] json = header.Mutate(draws);
        byte[] length = new byte[Prefix];
        BinaryPrimitives.WriteInt64LittleEndian(length, draws.Chance(0.95) ? json.Length : BytesMutator.Number(draws));
        byte[] numbersLeft =
            draws.Chance(0.9) ? data
            : draws.Chance(0.5) ? data[..draws.Int(data.Length)]
            : [.. data, .. data[..draws.Int(100)]];
        return [.. length, .. json, .. numbersLeft];
    }
}
