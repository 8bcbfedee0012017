using System.Buffers.Binary;

namespace Cppo.Pipeline.Data;

/// <summary>
/// Checks a Parquet file's footer before Parquet.Net reads it, which takes lengths, counts and types in it as they are: by damaged ones
/// it reserves memory, or reads on for ever.
/// </summary>
internal static class ParquetFooter
{
    private const int MagicLength = 4;
    private const int TailLength = 8;
    private const int MaxDepth = 64;

    /// <summary>Where the footer begins, and so the columns end at the latest.</summary>
    /// <param name="name">How sentences call the file.</param>
    /// <param name="file">The whole file.</param>
    /// <exception cref="DataException">The file is encrypted.</exception>
    /// <exception cref="InvalidDataException">It is no Parquet file, or a damaged one.</exception>
    public static long Check(string name, Stream file)
    {
        if (file.Length < MagicLength + TailLength)
        {
            throw new InvalidDataException($"it has only {file.Length} bytes");
        }

        byte[] head = BytesAt(file, 0, MagicLength);
        byte[] tail = BytesAt(file, file.Length - TailLength, TailLength);
        if (tail.AsSpan().EndsWith("PARE"u8))
        {
            throw Encrypted(name);
        }

        if (!head.AsSpan().SequenceEqual("PAR1"u8) || !tail.AsSpan().EndsWith("PAR1"u8))
        {
            throw new InvalidDataException("it does not begin and end with PAR1");
        }

        long length = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        long start = file.Length - TailLength - length;
        if (start < MagicLength || length > Array.MaxLength)
        {
            throw new InvalidDataException($"its footer claims {length} bytes of the file's {file.Length}");
        }

        using var footer = new MemoryStream(BytesAt(file, start, (int)length));
        var metadata = ThriftStructure.Read(footer, ParquetShapes.Footer);
        if (metadata.Structures(8).Count > 0)
        {
            throw Encrypted(name);
        }

        CheckSchema(metadata.Structures(2));
        return start;
    }

    /// <summary>The schema lists a tree in preorder, each element with the number of its children.</summary>
    private static void CheckSchema(IReadOnlyList<ThriftStructure> elements)
    {
        var childrenToCome = new Stack<long>([1]);
        for (int i = 0; i < elements.Count; i++)
        {
            var (hasType, children) = (elements[i][1] is not null, elements[i][5] ?? 0);
            if (children < 0 || (i > 0 && hasType == children > 0))
            {
                throw new InvalidDataException("an element of its schema has neither a type nor children, or both");
            }

            while (childrenToCome.TryPeek(out long left) && left == 0)
            {
                childrenToCome.Pop();
            }

            if (!childrenToCome.TryPop(out long open) || childrenToCome.Count > MaxDepth)
            {
                throw new InvalidDataException("its schema is no tree, or a very deep one");
            }

            childrenToCome.Push(open - 1);
            childrenToCome.Push(children);
        }

        if (elements.Count == 0 || childrenToCome.Any(left => left > 0))
        {
            throw new InvalidDataException("its schema lacks elements");
        }
    }

    private static DataException Encrypted(string name) => new($"{name} is encrypted; write it without encryption.");

    private static byte[] BytesAt(Stream file, long offset, int count)
    {
        byte[] bytes = new byte[count];
        file.Seek(offset, SeekOrigin.Begin);
        file.ReadExactly(bytes);
        return bytes;
    }
}
