using System.Buffers.Binary;
using System.Text;

namespace Cppo.Pipeline.Collectives.Sockets;

/// <summary>
/// What a rank says to rank 0 as it connects, in 24 bytes: a word that programs of other kinds do not say, its number, how many ranks it
/// knows of, and which of their channels this is. The answer begins with the same word, then a refusal's length and text; 0: welcome.
/// </summary>
/// <param name="Rank">Who connects.</param>
/// <param name="Size">Ranks that it knows of.</param>
/// <param name="Channel">From 0, in the order in which all ranks open them.</param>
internal readonly record struct Greeting(int Rank, int Size, int Channel)
{
    /// <summary>Bytes of a greeting.</summary>
    public const int Length = 24;

    /// <summary>Bytes before a refusal's text.</summary>
    public const int AnswerLength = 12;

    /// <summary>A refusal has no more bytes.</summary>
    public const int LongestRefusal = 4096;

    private const int LengthAt = 8;
    private const int RankAt = 8;
    private const int SizeAt = 12;
    private const int ChannelAt = 16;

    private static ReadOnlySpan<byte> Word => "CPPORANK"u8;

    /// <summary>As bytes.</summary>
    public byte[] Write()
    {
        byte[] bytes = new byte[Length];
        Word.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(RankAt), Rank);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(SizeAt), Size);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(ChannelAt), Channel);
        return bytes;
    }

    /// <summary>Null where it is none.</summary>
    public static Greeting? Read(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith(Word)
            ? new Greeting(
                BinaryPrimitives.ReadInt32LittleEndian(bytes[RankAt..]),
                BinaryPrimitives.ReadInt32LittleEndian(bytes[SizeAt..]),
                BinaryPrimitives.ReadInt32LittleEndian(bytes[ChannelAt..])
            )
            : null;

    /// <summary>An answer's bytes.</summary>
    /// <param name="refusal">A sentence; empty: welcome.</param>
    public static byte[] Answer(string refusal)
    {
        byte[] text = Encoding.UTF8.GetBytes(refusal);
        text = text[..Math.Min(text.Length, LongestRefusal)];
        byte[] bytes = new byte[AnswerLength + text.Length];
        Word.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(LengthAt), text.Length);
        text.CopyTo(bytes, AnswerLength);
        return bytes;
    }

    /// <summary>The length of a refusal's text, of an answer's first bytes; null where they are none.</summary>
    public static int? RefusalOf(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith(Word) && BinaryPrimitives.ReadInt32LittleEndian(bytes[LengthAt..]) is >= 0 and <= LongestRefusal and var length
            ? length
            : null;
}
