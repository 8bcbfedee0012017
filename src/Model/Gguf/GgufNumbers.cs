using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Cppo.Model.Weights;

namespace Cppo.Model.Gguf;

/// <summary>Numbers in the form in which a GGUF file stores them, little-endian.</summary>
internal static class GgufNumbers
{
    /// <summary>The largest scale of a block that is finite as 16 bits, times 127.</summary>
    private const float LargestOfBlock = 65504f * 127f;

    /// <summary>Converts fp32 numbers; those of <see cref="GgufType.Q8"/> fill whole blocks.</summary>
    /// <param name="values">Finite numbers.</param>
    /// <param name="type">The form.</param>
    /// <param name="into">As many bytes as the form takes.</param>
    /// <returns>The index of a number that is too large for the type; -1 where there is none.</returns>
    internal static int Convert(ReadOnlySpan<float> values, GgufType type, Span<byte> into)
    {
        switch (type)
        {
            case GgufType.F32:
                MemoryMarshal.AsBytes(values).CopyTo(into);
                return -1;
            case GgufType.F16:
                ToHalf(values, MemoryMarshal.Cast<byte, ushort>(into));
                return FiniteNumbers.FirstBad(values, WeightType.F16);
            case GgufType.BF16:
                ToBFloat16(values, MemoryMarshal.Cast<byte, ushort>(into));
                return FiniteNumbers.FirstBad(values, WeightType.BF16);
            default:
                return ToBlocks(values, into);
        }
    }

    private static void ToHalf(ReadOnlySpan<float> values, Span<ushort> into)
    {
        for (int i = 0; i < values.Length; i++)
        {
            into[i] = BitConverter.HalfToUInt16Bits((Half)values[i]);
        }
    }

    private static void ToBFloat16(ReadOnlySpan<float> values, Span<ushort> into)
    {
        for (int i = 0; i < values.Length; i++)
        {
            into[i] = BFloat16.Round(values[i]);
        }
    }

    /// <summary>
    /// The scale of a block is its largest absolute number divided by 127, rounded to 16 bits; the integers are the numbers times the
    /// inverse of the scale as it was before that, rounded half away from zero: ggml's reference.
    /// </summary>
    private static int ToBlocks(ReadOnlySpan<float> values, Span<byte> into)
    {
        for (int block = 0; block < values.Length / GgufTypes.BlockLength; block++)
        {
            var numbers = values.Slice(block * GgufTypes.BlockLength, GgufTypes.BlockLength);
            var bytes = into.Slice(block * GgufTypes.BlockBytes, GgufTypes.BlockBytes);
            float largest = 0;
            for (int i = 0; i < numbers.Length; i++)
            {
                largest = Math.Max(largest, Math.Abs(numbers[i]));
            }

            if (largest > LargestOfBlock)
            {
                return (block * GgufTypes.BlockLength) + IndexOfMagnitude(numbers, largest);
            }

            float scale = largest / 127f,
                inverse = scale == 0 ? 0 : 1f / scale;
            BinaryPrimitives.WriteHalfLittleEndian(bytes, (Half)scale);
            for (int i = 0; i < numbers.Length; i++)
            {
                bytes[2 + i] = (byte)(sbyte)MathF.Round(numbers[i] * inverse, MidpointRounding.AwayFromZero);
            }
        }

        return -1;
    }

    private static int IndexOfMagnitude(ReadOnlySpan<float> numbers, float magnitude)
    {
        int at = 0;
        while (Math.Abs(numbers[at]) != magnitude)
        {
            at++;
        }

        return at;
    }
}
