namespace Cppo.Pipeline.Data;

/// <summary>
/// The integers, truth values (0 or 1) and inner structures of a Thrift structure, by field number; other values are passed over.
/// </summary>
internal sealed class ThriftStructure
{
    private readonly Dictionary<int, long> integers = [];
    private readonly Dictionary<int, List<ThriftStructure>> structures = [];

    /// <summary>An integer or a truth value; null where the structure has none of this number.</summary>
    public long? this[int field] => integers.TryGetValue(field, out long value) ? value : null;

    /// <summary>A structure, or a list of them; empty where there is none.</summary>
    public IReadOnlyList<ThriftStructure> Structures(int field) => structures.GetValueOrDefault(field) ?? [];

    /// <summary>Reads a structure in the compact protocol.</summary>
    /// <param name="input">Stands at its beginning, and after its end afterwards.</param>
    /// <param name="shape">What it may hold. Of fields with other numbers only those are passed over whose length shows without their
    /// shape.</param>
    /// <exception cref="InvalidDataException">It holds something else, or goes on beyond the end of the input.</exception>
    /// <exception cref="OverflowException">An integer is too large for its type.</exception>
    public static ThriftStructure Read(Stream input, ThriftShape shape)
    {
        var structure = new ThriftStructure();
        for (long field = 0; ByteOf(input) is not 0 and var header; )
        {
            field = header >> 4 == 0 ? Integer(input, ThriftType.Int16) : field + (header >> 4);
            var known = field > 0 && field <= shape.Fields.Length ? shape.Fields[field - 1] : null;
            structure.ReadField(input, checked((short)field), (ThriftType)(header & 15), known);
        }

        return structure;
    }

    private void ReadField(Stream input, int field, ThriftType type, ThriftShape? shape)
    {
        if (shape is not null && shape.Type != (type == ThriftType.False ? ThriftType.True : type))
        {
            throw new InvalidDataException($"field {field} of a header has type {(int)type} instead of {(int)shape.Type}");
        }

        if (type == ThriftType.List)
        {
            ReadList(input, field, shape?.Element);
        }
        else
        {
            ReadValue(input, field, type, shape);
        }
    }

    private void ReadList(Stream input, int field, ThriftShape? element)
    {
        int header = ByteOf(input);
        ulong length = header >> 4 == 15 ? VarInt(input) : (ulong)header >> 4;
        RequireBytes(input, length);
        var type = (ThriftType)(header & 15);
        if (length > 0 && (element is null ? type < ThriftType.Byte : type != element.Type))
        {
            throw new InvalidDataException($"field {field} of a header is a list of type {(int)type}");
        }

        for (ulong i = 0; i < length; i++)
        {
            ReadValue(input, field, type, element);
        }
    }

    private void ReadValue(Stream input, int field, ThriftType type, ThriftShape? shape)
    {
        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                integers[field] = type == ThriftType.True ? 1 : 0;
                break;
            case ThriftType.Byte:
                ByteOf(input);
                break;
            case ThriftType.Int16 or ThriftType.Int32 or ThriftType.Int64:
                integers[field] = Integer(input, type);
                break;
            case ThriftType.Double:
                Pass(input, sizeof(double));
                break;
            case ThriftType.Binary:
                Pass(input, VarInt(input));
                break;
            case ThriftType.Structure when shape is not null:
                if (!structures.TryGetValue(field, out var list))
                {
                    structures[field] = list = [];
                }

                list.Add(Read(input, shape));
                break;
            case ThriftType.Structure when ByteOf(input) == 0:
                break;
            default:
                throw new InvalidDataException($"field {field} of a header has type {(int)type}, which is not known");
        }
    }

    private static int ByteOf(Stream input) =>
        input.ReadByte() is >= 0 and var value ? value : throw new InvalidDataException("a header is cut off");

    private static ulong VarInt(Stream input)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            int part = ByteOf(input);
            value |= (ulong)(part & 127) << shift;
            if (part < 128)
            {
                return value;
            }
        }

        throw new InvalidDataException("a header has an integer of more than 64 bits");
    }

    /// <summary>The sign is the lowest bit: 0, -1, 1, -2, ...</summary>
    private static long Integer(Stream input, ThriftType type)
    {
        ulong code = VarInt(input);
        long value = (long)(code >> 1) ^ -(long)(code & 1);
        return type switch
        {
            ThriftType.Int16 => checked((short)value),
            ThriftType.Int32 => checked((int)value),
            _ => value,
        };
    }

    private static void Pass(Stream input, ulong length)
    {
        RequireBytes(input, length);
        input.Seek((long)length, SeekOrigin.Current);
    }

    private static void RequireBytes(Stream input, ulong length)
    {
        if (length > (ulong)(input.Length - input.Position))
        {
            throw new InvalidDataException("a header claims more than the file holds");
        }
    }
}
