namespace Cppo.Pipeline.Data;

/// <summary>Types of Thrift's compact protocol, by the number that stands for them in a file.</summary>
internal enum ThriftType
{
    True = 1,
    False = 2,
    Byte = 3,
    Int16 = 4,
    Int32 = 5,
    Int64 = 6,
    Double = 7,
    Binary = 8,
    List = 9,
    Structure = 12,
}

/// <summary>What a field holds.</summary>
/// <param name="Type">Its type; <see cref="ThriftType.True"/> stands for both truth values.</param>
/// <param name="Fields">Of a structure: its fields from number 1; null where a number has no field.</param>
/// <param name="Element">Of a list: what each element holds.</param>
internal sealed record ThriftShape(ThriftType Type, ThriftShape?[] Fields, ThriftShape? Element = null)
{
    public static readonly ThriftShape Flag = new(ThriftType.True, []),
        I8 = new(ThriftType.Byte, []),
        I16 = new(ThriftType.Int16, []),
        I32 = new(ThriftType.Int32, []),
        I64 = new(ThriftType.Int64, []),
        Real = new(ThriftType.Double, []),
        Bytes = new(ThriftType.Binary, []);

    public static ThriftShape List(ThriftShape element) => new(ThriftType.List, [], element);

    public static ThriftShape Structure(params ThriftShape?[] fields) => new(ThriftType.Structure, fields);
}
