using System.Text;

namespace Cppo.Export.Tests;

/// <summary>A tensor as a GGUF file states it: sizes from the last dimension to the first, ggml's number of the type.</summary>
internal sealed record StatedTensor(string Name, ulong[] Sizes, uint Type, ulong Offset)
{
    internal long Numbers => Sizes.Aggregate(1L, (product, size) => product * (long)size);

    /// <summary>By ggml's table of block sizes.</summary>
    internal long Bytes =>
        Type switch
        {
            0 => Numbers * 4,
            1 or 30 => Numbers * 2,
            8 => Numbers / 32 * 34,
            _ => throw new InvalidDataException($"{Name} is of type {Type}."),
        };
}

/// <summary>Reads GGUF files by their specification, with nothing of what writes them.</summary>
internal sealed class GgufReader
{
    private readonly byte[] bytes;
    private readonly long dataStart;

    internal GgufReader(string path)
    {
        bytes = File.ReadAllBytes(path);
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        Assert.Equal("GGUF", Encoding.ASCII.GetString(reader.ReadBytes(4)));
        Version = reader.ReadUInt32();
        ulong tensors = reader.ReadUInt64(),
            keys = reader.ReadUInt64();
        for (ulong i = 0; i < keys; i++)
        {
            string key = Text(reader);
            Keys.Add(key, Value(reader, reader.ReadUInt32()));
        }

        for (ulong i = 0; i < tensors; i++)
        {
            string name = Text(reader);
            ulong[] sizes = new ulong[reader.ReadUInt32()];
            for (int d = 0; d < sizes.Length; d++)
            {
                sizes[d] = reader.ReadUInt64();
            }

            Tensors.Add(name, new StatedTensor(name, sizes, reader.ReadUInt32(), reader.ReadUInt64()));
        }

        long alignment = Keys.TryGetValue("general.alignment", out object? stated) ? (uint)stated : 32;
        dataStart = (reader.BaseStream.Position + alignment - 1) / alignment * alignment;
    }

    internal uint Version { get; }

    internal Dictionary<string, object> Keys { get; } = [];

    /// <summary>In the file's order.</summary>
    internal Dictionary<string, StatedTensor> Tensors { get; } = [];

    internal long DataBytes => bytes.Length - dataStart;

    internal byte[] Raw(string name) => bytes.AsSpan((int)(dataStart + (long)Tensors[name].Offset), (int)Tensors[name].Bytes).ToArray();

    /// <summary>The numbers of a tensor, row by row.</summary>
    internal float[] Values(string name)
    {
        byte[] raw = Raw(name);
        return Tensors[name].Type switch
        {
            0 => [.. Enumerable.Range(0, raw.Length / 4).Select(i => BitConverter.ToSingle(raw, i * 4))],
            1 => [.. Enumerable.Range(0, raw.Length / 2).Select(i => (float)BitConverter.ToHalf(raw, i * 2))],
            30 =>
            [
                .. Enumerable
                    .Range(0, raw.Length / 2)
                    .Select(i => BitConverter.UInt32BitsToSingle((uint)BitConverter.ToUInt16(raw, i * 2) << 16)),
            ],
            _ =>
            [
                .. Enumerable
                    .Range(0, raw.Length / 34)
                    .SelectMany(block =>
                        Enumerable.Range(0, 32).Select(i => (float)BitConverter.ToHalf(raw, block * 34) * (sbyte)raw[(block * 34) + 2 + i])
                    ),
            ],
        };
    }

    private static string Text(BinaryReader reader) => Encoding.UTF8.GetString(reader.ReadBytes((int)reader.ReadUInt64()));

    private static object Value(BinaryReader reader, uint type)
    {
        switch (type)
        {
            case 0:
                return reader.ReadByte();
            case 4:
                return reader.ReadUInt32();
            case 5:
                return reader.ReadInt32();
            case 6:
                return reader.ReadSingle();
            case 7:
                return reader.ReadByte() == 1;
            case 8:
                return Text(reader);
            case 9:
                uint element = reader.ReadUInt32();
                object[] values = new object[reader.ReadUInt64()];
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = Value(reader, element);
                }

                return values;
            case 10:
                return reader.ReadUInt64();
            default:
                throw new InvalidDataException($"A value is of type {type}.");
        }
    }
}
