using System.Runtime.InteropServices;
using System.Text;

namespace Cppo.Pipeline.Distributed;

/// <summary>Reads what a <see cref="ByteWriter"/> wrote.</summary>
/// <param name="bytes">All of it.</param>
internal sealed class ByteReader(byte[] bytes) : BinaryReader(new MemoryStream(bytes))
{
    /// <summary>An array of numbers.</summary>
    public T[] ReadArray<T>()
        where T : unmanaged
    {
        var values = new T[ReadInt32()];
        BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>An array whose items a function reads.</summary>
    public T[] ReadAll<T>(Func<ByteReader, T> read)
    {
        var items = new T[ReadInt32()];
        for (int index = 0; index < items.Length; index++)
        {
            items[index] = read(this);
        }

        return items;
    }

    /// <summary>A text.</summary>
    public string ReadText()
    {
        int length = ReadInt32();
        byte[] text = new byte[length >= 0 ? length : ~length];
        BaseStream.ReadExactly(text);
        return length >= 0 ? Encoding.UTF8.GetString(text) : new string(MemoryMarshal.Cast<byte, char>(text));
    }
}
