using System.Text;

namespace Cppo.Model.Tokenizer;

/// <summary>
/// GPT-2's alphabet, in which byte-level vocabularies are spelled: each byte is one printable character. Visible Latin-1 stands for
/// itself; the other 68 bytes, in ascending order, are U+0100 and up (a space is U+0120, <c>Ġ</c>).
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] CharOfByte = CreateAlphabet();
    private static readonly short[] ByteOfChar = Invert(CharOfByte);

    /// <summary>The bytes in the order of Qwen2's ids 0..255: the visible ones first.</summary>
    public static IEnumerable<byte> InVocabularyOrder() =>
        Enumerable.Range(0, 256).Select(value => (byte)value).OrderBy(value => CharOfByte[value]);

    /// <summary>The character that spells a byte.</summary>
    public static char CharOf(byte value) => CharOfByte[value];

    /// <summary>A text's UTF-8 in the alphabet.</summary>
    public static string Spell(ReadOnlySpan<char> text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        int length = Encoding.UTF8.GetBytes(text, bytes);
        return string.Create(
            length,
            bytes,
            static (letters, bytes) =>
            {
                for (int i = 0; i < letters.Length; i++)
                {
                    letters[i] = CharOfByte[bytes[i]];
                }
            }
        );
    }

    /// <summary>
    /// The bytes that a token spells; a token with a character outside the alphabet is its own UTF-8, as Hugging Face's decoder has it.
    /// </summary>
    public static byte[] BytesOf(string token)
    {
        byte[] bytes = new byte[token.Length];
        for (int i = 0; i < token.Length; i++)
        {
            if (token[i] >= ByteOfChar.Length || ByteOfChar[token[i]] < 0)
            {
                return Encoding.UTF8.GetBytes(token);
            }

            bytes[i] = (byte)ByteOfChar[token[i]];
        }

        return bytes;
    }

    private static char[] CreateAlphabet()
    {
        char[] alphabet = new char[256];
        char next = '\u0100';
        for (int value = 0; value < 256; value++)
        {
            bool visible = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            alphabet[value] = visible ? (char)value : next++;
        }

        return alphabet;
    }

    private static short[] Invert(char[] alphabet)
    {
        short[] inverse = new short[alphabet.Max() + 1];
        Array.Fill(inverse, (short)-1);
        for (int value = 0; value < alphabet.Length; value++)
        {
            inverse[alphabet[value]] = (short)value;
        }

        return inverse;
    }
}
