using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Cppo.Model.Engine;
using Cppo.Model.Files;

namespace Cppo.Model.Weights;

/// <summary>Writes safetensors files, each whole or not at all.</summary>
public static class SafetensorsWriter
{
    /// <summary>Writes fp32 arrays as F32, BF16 (rounded to nearest even) or F16.</summary>
    public static void Write(
        string path,
        IReadOnlyList<NamedArray> weights,
        WeightType type,
        IReadOnlyDictionary<string, string>? metadata = null
    ) => Write(path, [.. weights.Select(WeightStream.Of)], type, metadata);

    /// <summary>The same of tensors that are read piece by piece.</summary>
    public static void Write(
        string path,
        IReadOnlyList<WeightStream> weights,
        WeightType type,
        IReadOnlyDictionary<string, string>? metadata = null
    )
    {
        AtomicFile.Write(
            path,
            stream =>
            {
                WriteHeader(stream, weights, type, metadata ?? new Dictionary<string, string> { ["format"] = "pt" });
                foreach (var weight in weights)
                {
                    weight.ForPieces((_, values) => WriteValues(stream, values, type));
                }
            }
        );
    }

    private static void WriteHeader(
        Stream stream,
        IReadOnlyList<WeightStream> weights,
        WeightType type,
        IReadOnlyDictionary<string, string> metadata
    )
    {
        var header = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            foreach (var (key, value) in metadata)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
            long offset = 0;
            foreach (var weight in weights)
            {
                long end = offset + (weight.NumElements * type.Size());
                json.WriteStartObject(weight.Name);
                json.WriteString("dtype", type.ToString());
                WriteNumbers(json, "shape", weight.Shape);
                WriteNumbers(json, "data_offsets", [offset, end]);
                json.WriteEndObject();
                offset = end;
            }

            json.WriteEndObject();
        }

        // Data starts at a multiple of 8 bytes, as the format's own writers have it.
        int padded = (header.WrittenCount + 7) / 8 * 8;
        stream.Write(BitConverter.GetBytes((ulong)padded));
        stream.Write(header.WrittenSpan);
        for (int i = header.WrittenCount; i < padded; i++)
        {
            stream.WriteByte((byte)' ');
        }
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, long[] numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private static void WriteValues(Stream stream, ReadOnlySpan<float> values, WeightType type)
    {
        if (type == WeightType.F32)
        {
            // In pieces, because a span of bytes ends at 2 GB.
            for (int start = 0; start < values.Length; start += 1 << 20)
            {
                stream.Write(MemoryMarshal.AsBytes(values.Slice(start, Math.Min(1 << 20, values.Length - start))));
            }

            return;
        }

        ushort[] buffer = ArrayPool<ushort>.Shared.Rent(1 << 16);
        for (int start = 0; start < values.Length; start += 1 << 16)
        {
            var part = values.Slice(start, Math.Min(1 << 16, values.Length - start));
            for (int i = 0; i < part.Length; i++)
            {
                buffer[i] = type switch
                {
                    WeightType.BF16 => BFloat16.Round(part[i]),
                    WeightType.F16 => BitConverter.HalfToUInt16Bits((Half)part[i]),
                    _ => throw new ArgumentException($"Weights cannot be written as {type}.", nameof(type)),
                };
            }

            stream.Write(MemoryMarshal.AsBytes(buffer.AsSpan(0, part.Length)));
        }

        ArrayPool<ushort>.Shared.Return(buffer);
    }
}

/// <summary>Conversion between fp32 and bfloat16 bits.</summary>
internal static class BFloat16
{
    /// <summary>Rounds to nearest, ties to even; NaN stays NaN.</summary>
    internal static ushort Round(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value))
        {
            return (ushort)((bits >> 16) | 0x40);
        }

        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
