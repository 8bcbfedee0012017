namespace Cppo.Model.Gguf;

/// <summary>How the numbers of a GGUF file's matrices are stored.</summary>
public enum GgufType
{
    /// <summary>IEEE 32-bit.</summary>
    F32,

    /// <summary>IEEE 16-bit.</summary>
    F16,

    /// <summary>bfloat16: the upper half of an fp32.</summary>
    BF16,

    /// <summary>
    /// ggml's q8_0: blocks of 32 numbers of a row, each an IEEE 16-bit scale d and 32 integers of 8 bits; a number is d times its integer.
    /// </summary>
    Q8,
}

/// <summary>Names, codes and sizes of <see cref="GgufType"/>.</summary>
public static class GgufTypes
{
    /// <summary>Numbers of a block of <see cref="GgufType.Q8"/>.</summary>
    internal const int BlockLength = 32;

    /// <summary>Bytes of a block: the scale and the integers.</summary>
    internal const int BlockBytes = 2 + BlockLength;

    private static readonly (GgufType Type, string Name, uint Code, uint FileType)[] Table =
    [
        (GgufType.F32, "f32", 0, 0),
        (GgufType.F16, "f16", 1, 1),
        (GgufType.BF16, "bf16", 30, 32),
        (GgufType.Q8, "q8_0", 8, 7),
    ];

    /// <summary>As llama.cpp calls them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Table.Select(row => row.Name)];

    /// <summary>The type of a name.</summary>
    /// <exception cref="ArgumentException">None has it.</exception>
    public static GgufType Named(string name) =>
        Array.Find(Table, row => row.Name == name) is { Name: not null } row
            ? row.Type
            : throw new ArgumentException($"No type is called '{name}'; they are {string.Join(", ", Names)}.", nameof(name));

    /// <summary>As llama.cpp calls it.</summary>
    public static string NameOf(this GgufType type) => Table[(int)type].Name;

    /// <summary>ggml's number of the type, which a tensor states.</summary>
    internal static uint Code(this GgufType type) => Table[(int)type].Code;

    /// <summary>llama.cpp's number of a file whose matrices are of the type, <c>general.file_type</c>.</summary>
    internal static uint FileType(this GgufType type) => Table[(int)type].FileType;

    /// <summary>Bytes of so many numbers, which fill whole blocks.</summary>
    internal static long Bytes(this GgufType type, long numbers) =>
        type switch
        {
            GgufType.F32 => 4 * numbers,
            GgufType.Q8 => numbers / BlockLength * BlockBytes,
            _ => 2 * numbers,
        };
}
