using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Cppo.Model.Engine;

namespace Cppo.Model.Weights;

/// <summary>
/// Finds NaN and infinity among weights. A number is finite where its bits without the sign are below a bound, so that a whole array is
/// looked at by comparisons of integers, several at a time.
/// </summary>
internal static class FiniteNumbers
{
    private const int WithoutSign = 0x7FFFFFFF;
    private const int BlockLength = 4096;

    /// <summary>The place of the first value that is no finite number, or is none as a type that it is to be written in; else -1.</summary>
    internal static int FirstBad(ReadOnlySpan<float> values, WeightType type = WeightType.F32)
    {
        int bound = FirstInfinite(type);
        var bits = MemoryMarshal.Cast<float, int>(values);
        for (int start = 0; start < bits.Length; start += BlockLength)
        {
            var block = bits.Slice(start, Math.Min(BlockLength, bits.Length - start));
            if (Largest(block) < bound)
            {
                continue;
            }

            for (int i = 0; ; i++)
            {
                if ((block[i] & WithoutSign) >= bound)
                {
                    return start + i;
                }
            }
        }

        return -1;
    }

    /// <summary>Refuses a tensor's numbers, from a place on, that were read.</summary>
    /// <exception cref="ModelFileException">One of them is not finite.</exception>
    internal static void RequireRead(string path, string name, long[] shape, ReadOnlySpan<float> values, long first = 0)
    {
        if (FirstBad(values) is >= 0 and var bad)
        {
            throw new ModelFileException(
                $"{path}: {Describe(name, shape, values[bad], first + bad)}; such a model computes nothing: copy the file anew, or take an "
                    + "earlier checkpoint."
            );
        }
    }

    /// <summary>Refuses numbers before they are written.</summary>
    /// <exception cref="NonFiniteWeightsException">One of them is not finite, or would not be as this type.</exception>
    internal static void RequireToWrite(string path, WeightStream tensor, WeightType type) =>
        tensor.ForPieces(
            (first, values) =>
            {
                if (FirstBad(values, type) is >= 0 and var bad)
                {
                    throw new NonFiniteWeightsException(
                        $"{path} was not written: {Describe(tensor.Name, tensor.Shape, values[bad], first + bad)}, which is no finite "
                            + $"number as {type}. What was saved before is good; go on from it with a smaller learning rate."
                    );
                }
            }
        );

    /// <summary>The smallest bits, without the sign, of a value that is not finite as a type: numbers are rounded to the nearest.</summary>
    private static int FirstInfinite(WeightType type) =>
        type switch
        {
            WeightType.BF16 => 0x7F7F8000,
            WeightType.F16 => BitConverter.SingleToInt32Bits(65520f),
            _ => 0x7F800000,
        };

    private static int Largest(ReadOnlySpan<int> bits)
    {
        var mask = new Vector<int>(WithoutSign);
        var largest = Vector<int>.Zero;
        int at = 0;
        for (; at <= bits.Length - Vector<int>.Count; at += Vector<int>.Count)
        {
            largest = Vector.Max(largest, new Vector<int>(bits[at..]) & mask);
        }

        int most = 0;
        for (int lane = 0; lane < Vector<int>.Count; lane++)
        {
            most = Math.Max(most, largest[lane]);
        }

        for (; at < bits.Length; at++)
        {
            most = Math.Max(most, bits[at] & WithoutSign);
        }

        return most;
    }

    /// <summary>Example: <c>'model.norm.weight' has NaN at index [5]</c>.</summary>
    private static string Describe(string name, long[] shape, float value, long index)
    {
        long[] place = new long[shape.Length];
        long rest = index;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            (rest, place[i]) = Math.DivRem(rest, shape[i]);
        }

        return string.Create(CultureInfo.InvariantCulture, $"'{name}' has {value} at index [{string.Join(", ", place)}]");
    }
}

/// <summary>Weights or an optimizer's state are not finite numbers; nothing was written.</summary>
public sealed class NonFiniteWeightsException : Exception
{
    /// <summary>Creates the exception.</summary>
    public NonFiniteWeightsException(string message)
        : base(message) { }
}
