using System.Runtime.InteropServices;
using System.Text;

namespace Cppo.Pipeline.Distributed;

/// <summary>Writes numbers, arrays and texts that a <see cref="ByteReader"/> reads back to the last bit.</summary>
internal sealed class ByteWriter(Stream stream) : BinaryWriter(stream)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The array's length and its values as they lie in memory.</summary>
    public void WriteArray<T>(T[] values)
        where T : unmanaged
    {
        Write(values.Length);
        Write(MemoryMarshal.AsBytes(values.AsSpan()));
    }

    /// <summary>The array's length and each of its items.</summary>
    public void WriteAll<T>(T[] items, Action<ByteWriter, T> write)
    {
        Write(items.Length);
        foreach (var item in items)
        {
            write(this, item);
        }
    }

    /// <summary>
    /// A text as UTF-8 after the number of its bytes; one with halves of characters, which UTF-8 cannot state, as UTF-16 after the
    /// complement of that number.
    /// </summary>
    public void WriteText(string text)
    {
        byte[] bytes;
        try
        {
            bytes = Strict.GetBytes(text);
            Write(bytes.Length);
        }
        catch (EncoderFallbackException)
        {
            bytes = MemoryMarshal.AsBytes(text.AsSpan()).ToArray();
            Write(~bytes.Length);
        }

        Write(bytes);
    }
}
